/** The client in a window, signed in as the secretary, beside an embedded hub: `npm start` where there is a display. */
import { join } from 'node:path'
import { byId } from '../certs-dev/main.ts'
import { openChromiumWindow } from '../main/host/chromium.ts'
import { startOffice } from '../main/main.ts'
import { root } from './setup.mjs'
import { openDemonstration } from './demonstration.ts'
import { signIn } from './hands.ts'

const demonstration = await openDemonstration(join(root, 'out', 'demonstration'))
const office = await startOffice({
  openHost: openChromiumWindow,
  folder: demonstration.workstation('sheng-desk-1'),
  development: true,
  headless: false,
  log: () => undefined,
})
const secretary = byId(demonstration.pki.people, 'sheng-secretary')
console.log('印驿：示范省（开发环境）。各人的口令：')
for (const person of demonstration.pki.people) console.log(`  ${person.name}  ${person.title}  ${person.pin}`)
for (const unit of demonstration.pki.units) console.log(`  ${unit.seal.name}  ${unit.seal.pin}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void office.close())
// At the window, as the secretary would: the window then knows who sits at it. Whoever is quicker may sign in otherwise.
await signIn(office.host.page, secretary).catch(() => console.error('请在窗口中登录。'))
await office.closed
await demonstration.hub.close()
