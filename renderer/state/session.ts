/** Who sits at the desk. Knows no PIN: it passes through to main and is forgotten. */
import { create } from 'zustand'
import type { Account, Me } from '../../preload/contract/views.ts'
import { call, listen } from '../bridge.ts'
import type { DeskRefusal } from '../bridge.ts'
import { forgetNotices } from './notices.ts'

type Session = {
  readonly phase: 'starting' | 'signed-out' | 'signed-in'
  readonly accounts: readonly Account[]
  readonly me: Me | null
  /** Why the session ended, where it ended by itself. */
  readonly ended: DeskRefusal | null
}

export const useSession = create<Session>(() => ({ phase: 'starting', accounts: [], me: null, ended: null }))

/** Once, when the window opens. */
export async function startSession(): Promise<void> {
  listen('signedOut', ({ code }) => void showAccounts(code ? { code } : null))
  const current = await call('session.current', {})
  if (current.ok && current.value) useSession.setState({ phase: 'signed-in', me: current.value })
  else await showAccounts(current.ok ? null : current.refusal)
}

async function showAccounts(ended: DeskRefusal | null): Promise<void> {
  forgetNotices()
  useSession.setState({ phase: 'signed-out', me: null, ended })
  const accounts = await call('session.accounts', {})
  useSession.setState(accounts.ok ? { accounts: accounts.value } : { ended: accounts.refusal })
}

/** Null when signed in, else why not. */
export async function signIn(person: string, pin: string): Promise<DeskRefusal | null> {
  const answer = await call('session.signIn', { person, pin })
  if (!answer.ok) return answer.refusal
  useSession.setState({ phase: 'signed-in', me: answer.value, ended: null })
  return null
}

export async function signOut(): Promise<void> {
  await call('session.signOut', {})
  await showAccounts(null)
}
