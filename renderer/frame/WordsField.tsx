/** A field for what somebody writes beside an act: an opinion, a remark. */
import { Input } from 'antd'
import { useId } from 'react'

export function WordsField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <Input.TextArea
        id={id}
        value={props.value}
        maxLength={2_000}
        autoSize={{ minRows: 2, maxRows: 6 }}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  )
}
