/** The elements of a document around its body, in the order in which they stand on paper. */
import { Input, Radio, Select } from 'antd'
import { useId } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { documentTypes, publicities, urgencies } from '../../core/outgoing/content.ts'
import type { DraftFields as Fields } from '../../preload/contract/views.ts'
import { useDirectory } from '../state/directory.ts'
import { changeDraft } from '../state/drafts.ts'
import type { FieldName } from './fields.ts'

type FieldsProps = { readonly fields: Fields }

function Field({
  name,
  children,
}: {
  readonly name: FieldName
  readonly children: (id: string) => ReactNode
}) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className={`field-row field-${name}`}>
      <label htmlFor={id}>{t(`field.${name}`)}</label>
      {children(id)}
    </div>
  )
}

type TextName = 'issuer' | 'title' | 'signature' | 'annotation' | 'publicityReason' | 'contact'
const longest: Readonly<Record<TextName, number>> = {
  issuer: 100,
  title: 200,
  signature: 100,
  annotation: 200,
  publicityReason: 200,
  contact: 100,
}

function TextField({
  name,
  value,
  hint,
}: {
  readonly name: TextName
  readonly value: string
  readonly hint?: string
}) {
  return (
    <Field name={name}>
      {(id) =>
        name === 'title' ? (
          <Input.TextArea
            id={id}
            value={value}
            maxLength={longest[name]}
            autoSize={{ minRows: 1, maxRows: 4 }}
            onKeyDown={(event) =>
              event.key === 'Enter' && !event.nativeEvent.isComposing && event.preventDefault()
            }
            onChange={(event) => changeDraft({ [name]: event.target.value.replace(/[\r\n]+/gu, '') })}
          />
        ) : (
          <Input
            id={id}
            value={value}
            maxLength={longest[name]}
            placeholder={hint}
            onChange={(event) => changeDraft({ [name]: event.target.value })}
          />
        )
      }
    </Field>
  )
}

type NamesProps = { readonly name: 'mainRecipients' | 'copies'; readonly value: readonly string[] }

function NamesField({ name, value }: NamesProps) {
  const { t } = useTranslation()
  const units = useDirectory((state) => state.units)
  return (
    <Field name={name}>
      {(id) => (
        <Select
          id={id}
          mode="tags"
          aria-label={t(`field.${name}`)}
          value={[...value]}
          tokenSeparators={['，', ',', '；', ';']}
          placeholder={t('field.namesHint')}
          onChange={(names: string[]) =>
            changeDraft({
              [name]: names.map((each) => each.trim().slice(0, 100)).filter((each) => each !== ''),
            })
          }
          options={units.filter((unit) => !unit.mine).map((unit) => ({ value: unit.name, label: unit.name }))}
        />
      )}
    </Field>
  )
}

export function HeadFields({ fields }: FieldsProps) {
  const { t } = useTranslation()
  return (
    <div className="field-grid">
      <Field name="documentType">
        {(id) => (
          <Select
            id={id}
            aria-label={t('field.documentType')}
            showSearch
            value={fields.documentType}
            onChange={(documentType) => changeDraft({ documentType })}
            options={documentTypes.map((type) => ({ value: type, label: type }))}
          />
        )}
      </Field>
      <Field name="urgency">
        {() => (
          <Radio.Group
            aria-label={t('field.urgency')}
            optionType="button"
            buttonStyle="solid"
            value={fields.urgency}
            onChange={(event) => changeDraft({ urgency: event.target.value as string })}
            options={urgencies.map((urgency) => ({
              value: urgency,
              label: urgency === 'normal' ? t('field.none') : t(`urgency.${urgency}`),
            }))}
          />
        )}
      </Field>
      <TextField name="issuer" value={fields.issuer} />
      <TextField name="title" value={fields.title} />
      <NamesField name="mainRecipients" value={fields.mainRecipients} />
    </div>
  )
}

export function TailFields({ fields }: FieldsProps) {
  const { t } = useTranslation()
  return (
    <div className="field-grid">
      <TextField name="signature" value={fields.signature} />
      <TextField name="annotation" value={fields.annotation} hint={t('field.annotationHint')} />
      <NamesField name="copies" value={fields.copies} />
      <Field name="publicity">
        {(id) => (
          <Select
            id={id}
            aria-label={t('field.publicity')}
            value={fields.publicity}
            onChange={(publicity) => changeDraft({ publicity })}
            options={publicities.map((kind) => ({ value: kind, label: t(`publicity.${kind}`) }))}
          />
        )}
      </Field>
      {fields.publicity !== 'public' && (
        <TextField name="publicityReason" value={fields.publicityReason} hint={t('field.reasonHint')} />
      )}
      <TextField name="contact" value={fields.contact} hint={t('field.contactHint')} />
    </div>
  )
}
