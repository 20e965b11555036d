/** 发文: the list, the paper, and at the side what can be done now, the history, the recipients. */
import { DeskPanes } from '../matter/DeskPanes.tsx'
import { Files } from '../matter/Files.tsx'
import { SignOffHistory } from '../matter/SignOffHistory.tsx'
import { outgoingStatusWords } from '../words/matters.ts'
import { OutgoingActions } from './OutgoingActions.tsx'
import { OutgoingFacts } from './OutgoingFacts.tsx'
import { Recipients } from './Recipients.tsx'

export function OutgoingDesk() {
  return (
    <DeskPanes desk="outgoing" statuses={outgoingStatusWords}>
      {(view) => (
        <>
          <OutgoingActions view={view} />
          <OutgoingFacts view={view} />
          {view.recipients.length > 0 && <Recipients recipients={view.recipients} />}
          <SignOffHistory history={view.history} />
          <Files matter={view.row.matter} files={view.files} />
        </>
      )}
    </DeskPanes>
  )
}
