/** The frame around every desk: rail, offline band, desk, status bar; and the keys that work everywhere. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '../../preload/contract/views.ts'
import { ApprovalsDesk } from '../approvals/ApprovalsDesk.tsx'
import { DraftsDesk } from '../drafts/DraftsDesk.tsx'
import { IncomingDesk } from '../incoming/IncomingDesk.tsx'
import { OutgoingDesk } from '../outgoing/OutgoingDesk.tsx'
import { followDesk, useDesk } from '../state/desk.ts'
import { leaveDirectory, loadDirectory } from '../state/directory.ts'
import { leaveDrafts } from '../state/drafts.ts'
import { leaveMatter } from '../state/matter.ts'
import { desksShown, go, resetNavigation, useNavigation } from '../state/navigation.ts'
import type { DeskShown } from '../state/navigation.ts'
import { clockWords } from '../words/moments.ts'
import { Workbench } from '../workbench/Workbench.tsx'
import { KeyMap } from './KeyMap.tsx'
import { useGlobalKeys, useKeys } from './keyboard.ts'
import { QuickFind } from './QuickFind.tsx'
import { Rail } from './Rail.tsx'
import { StatusBar } from './StatusBar.tsx'
import { useNow } from './useNow.ts'

const shown: Readonly<Record<DeskShown, () => React.JSX.Element>> = {
  workbench: Workbench,
  drafts: DraftsDesk,
  outgoing: OutgoingDesk,
  incoming: IncomingDesk,
  approvals: ApprovalsDesk,
}

function OfflineBand() {
  const { t } = useTranslation()
  const now = useNow()
  const exchange = useDesk((state) => state.exchange)
  if (exchange?.state !== 'offline' && exchange?.state !== 'refused') return null
  const time = clockWords(exchange.since, now)
  const reason = exchange.code ?? exchange.waiting?.code
  const words =
    exchange.state === 'offline'
      ? t(exchange.sending > 0 ? 'band.offline' : 'band.offlineEmpty', { time, count: exchange.sending })
      : `${t(exchange.waiting ? 'band.refused' : 'band.distrusted')}${reason ? t(`refusals.${reason}.what`) : ''}`
  return (
    <div className="band" role="status">
      {words}
    </div>
  )
}

export function Frame({ me }: { readonly me: Me }) {
  const { t } = useTranslation()
  const desk = useNavigation((state) => state.desk)
  const [finding, setFinding] = useState(false)
  const [mapOpen, setMapOpen] = useState(false)

  useEffect(() => {
    void loadDirectory()
    const stop = followDesk()
    return () => {
      stop()
      // The next person at this desk sees nothing of the last one's.
      resetNavigation()
      leaveMatter()
      leaveDirectory()
      void leaveDrafts()
    }
  }, [])
  useGlobalKeys({
    'ctrl+k': () => setFinding(true),
    ...Object.fromEntries(desksShown.map((each, index) => [`alt+${index + 1}`, () => go(each)])),
  })
  useKeys({ '?': () => setMapOpen(true) })

  const Desk = shown[desk]
  return (
    <div className="frame">
      <Rail />
      <div className="frame-middle">
        <OfflineBand />
        <main className="desk" aria-label={t(`desks.${desk}`)}>
          <Desk />
        </main>
      </div>
      <StatusBar me={me} onFind={() => setFinding(true)} onKeys={() => setMapOpen(true)} />
      {finding && <QuickFind onClose={() => setFinding(false)} />}
      {mapOpen && <KeyMap onClose={() => setMapOpen(false)} />}
    </div>
  )
}
