/** 待处置: what came and could not be taken, kept as it is, each with its reason. */
import { Drawer } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ParkedRow } from '../../preload/contract/views.ts'
import { call } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import { Facts } from '../frame/Facts.tsx'
import { RefusalBox, RefusalText } from '../frame/Refusal.tsx'
import { useDirectory } from '../state/directory.ts'
import type { Directory } from '../state/directory.ts'
import { exactMoment } from '../words/moments.ts'

/** A mailbox by the name of its unit or person. */
function boxWords(box: string, { units, people }: Directory): string {
  const [kind, id] = box.split(':')
  const found =
    kind === 'unit' ? units.find((unit) => unit.unit === id) : people.find((person) => person.person === id)
  return found?.name ?? box
}

export function ParkedDrawer({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const directory = useDirectory()
  const [rows, setRows] = useState<readonly ParkedRow[] | null>(null)
  const [refusal, setRefusal] = useState<DeskRefusal | null>(null)
  useEffect(() => {
    void call('exchange.parked', {}).then((answer) =>
      answer.ok ? setRows(answer.value) : setRefusal(answer.refusal),
    )
  }, [])
  return (
    <Drawer open title={t('incoming.parked')} size={520} onClose={onClose}>
      <p className="dialog-hint">{t('incoming.parkedHint')}</p>
      {refusal && <RefusalBox refusal={refusal} />}
      {rows?.length === 0 && <p>{t('incoming.parkedNone')}</p>}
      <ul className="parked">
        {rows?.map((row) => (
          <li key={row.id}>
            {row.code === 'waiting-for' ? (
              <p>{t('incoming.waitingFor')}</p>
            ) : (
              <RefusalText refusal={{ code: row.code, facts: row.facts }} />
            )}
            <Facts
              facts={[
                [t('incoming.from'), row.from],
                [t('incoming.at'), exactMoment(row.at)],
                [t('incoming.position'), row.position],
                [t('incoming.box'), boxWords(row.box, directory)],
              ]}
            />
          </li>
        ))}
      </ul>
    </Drawer>
  )
}
