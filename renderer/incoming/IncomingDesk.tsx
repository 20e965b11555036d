/** 收文: the list, the paper that came, and at the side the verdict and what can be done now. */
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DeskPanes } from '../matter/DeskPanes.tsx'
import { Files } from '../matter/Files.tsx'
import { SignOffHistory } from '../matter/SignOffHistory.tsx'
import { useDesk } from '../state/desk.ts'
import { incomingStatusWords } from '../words/matters.ts'
import { IncomingActions } from './IncomingActions.tsx'
import { LetterFacts } from './LetterFacts.tsx'
import { ParkedDrawer } from './ParkedDrawer.tsx'
import { VerdictPanel } from './VerdictPanel.tsx'

export function IncomingDesk() {
  const { t } = useTranslation()
  const parked = useDesk((state) => state.counts?.parked ?? 0)
  const [parkedOpen, setParkedOpen] = useState(false)
  return (
    <DeskPanes
      desk="incoming"
      statuses={incomingStatusWords}
      above={
        parked > 0 && (
          <Button block onClick={() => setParkedOpen(true)}>
            {t('incoming.openParked', { count: parked })}
          </Button>
        )
      }
      after={parkedOpen && <ParkedDrawer onClose={() => setParkedOpen(false)} />}
    >
      {(view) => (
        <>
          <VerdictPanel view={view} />
          <IncomingActions view={view} />
          <LetterFacts view={view} />
          <SignOffHistory history={view.history} />
          <Files matter={view.row.matter} files={view.files} />
        </>
      )}
    </DeskPanes>
  )
}
