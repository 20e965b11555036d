/** The verdict on the seal: a sentence first, the checks on demand. */
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MatterView, VerdictView } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import { Facts } from '../frame/Facts.tsx'
import { RefusalBox, RefusalCode } from '../frame/Refusal.tsx'
import { exactMoment } from '../words/moments.ts'
import { verdictWords } from '../words/verdicts.ts'

type Signature = VerdictView['signatures'][number]

function Reasons({ codes }: { readonly codes: readonly string[] }) {
  const { t, i18n } = useTranslation()
  return (
    <ul className="reasons">
      {codes.map((code) => (
        <li key={code}>
          {i18n.exists(`reason.${code}`) ? t(`reason.${code}`) : t('incoming.unknownReason')}{' '}
          <RefusalCode code={code} />
        </li>
      ))}
    </ul>
  )
}

function Checks({ signature, many }: { readonly signature: Signature; readonly many: boolean }) {
  const { t } = useTranslation()
  return (
    <div className="checks">
      {many && <h4>{t('incoming.signature_n', { index: signature.index + 1 })}</h4>}
      <Facts
        facts={[
          [t('incoming.result'), t(`result.${signature.verdict}`)],
          [t('incoming.signer'), signature.signer],
          [
            t('incoming.signedAt'),
            signature.signedAt ? exactMoment(signature.signedAt) : t('incoming.noTime'),
          ],
          [t('incoming.integrity'), t(`integrity.${signature.integrity}`)],
          [t('incoming.signature'), t(`signature.${signature.signature}`)],
          [t('incoming.chain'), t(`chain.${signature.chain}`)],
          [t('incoming.covers'), t(`covers.${signature.covers}`, { defaultValue: signature.covers })],
        ]}
      />
      {signature.reasons.length > 0 && <Reasons codes={signature.reasons} />}
    </div>
  )
}

export function VerdictPanel({ view }: { readonly view: MatterView }) {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState<VerdictView | null>(null)
  const [refusal, setRefusal] = useState<DeskRefusal | null>(null)
  const [open, setOpen] = useState(false)
  const matter = view.row.matter
  const here = view.files.some((file) => file.here)

  useEffect(() => {
    let stale = false
    void call('matters.verify', { matter }).then((answer) => {
      if (stale) return
      if (answer.ok) setVerdict(answer.value)
      else setRefusal(answer.refusal)
    })
    return () => {
      stale = true
    }
  }, [matter, here])

  const words = verdict && verdictWords(verdict)
  return (
    <section className="side-part" aria-label={t('incoming.verdict')}>
      {refusal && <RefusalBox refusal={refusal} />}
      {!refusal && !words && <p className="faint">{t('incoming.verifying')}</p>}
      {verdict && words && (
        <div className={`verdict verdict-${words.standing}`} role="status">
          <p className="verdict-sentence">
            <span className="verdict-mark" aria-hidden>
              {words.mark}
            </span>
            {words.sentence}
          </p>
          <p className="verdict-advice">{words.advice}</p>
          <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? 'incoming.hideChecks' : 'incoming.checks')}
          </Button>
          {open &&
            verdict.signatures.map((signature) => (
              <Checks key={signature.index} signature={signature} many={verdict.signatures.length > 1} />
            ))}
          {open && verdict.reasons && verdict.reasons.length > 0 && <Reasons codes={verdict.reasons} />}
          {open && verdict.uncovered.length > 0 && (
            <Facts facts={[[t('incoming.uncovered'), verdict.uncovered.join(t('common.separator'))]]} />
          )}
        </div>
      )}
    </section>
  )
}
