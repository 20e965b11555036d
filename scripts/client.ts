/** The client in a window, signed in as the secretary, beside an embedded hub: `npm start` where there is a display. */
import { join } from 'node:path'
import { byId } from '../certs-dev/main.ts'
import { openChromium } from '../main/host/chromium.ts'
import { startOffice } from '../main/main.ts'
import { root } from './setup.mjs'
import { openDemonstration } from './demonstration.ts'

const demonstration = await openDemonstration(join(root, 'out', 'demonstration'))
const office = await startOffice({
  openHost: openChromium,
  folder: demonstration.workstation('sheng-desk-1'),
  development: true,
  headless: false,
  log: () => undefined,
})
const secretary = byId(demonstration.pki.people, 'sheng-secretary')
const signedIn = await office.reception.signIn(secretary.id, secretary.pin)
if (!signedIn.ok) console.error(`sign-in refused: ${signedIn.refusal.code}`)
console.log('印驿：示范省（开发环境）。各人的口令：')
for (const person of demonstration.pki.people) console.log(`  ${person.name}  ${person.title}  ${person.pin}`)
for (const unit of demonstration.pki.units) console.log(`  ${unit.seal.name}  ${unit.seal.pin}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void office.close())
await office.closed
await demonstration.hub.close()
