/**
 * Sets a workstation's folder up from the development PKI, as an administrator would on a real one: device key, trust
 * anchors, the directory, the people's key files and, where a seal-keeper works, the seal.
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountFile, WorkstationFile } from '../main/workstation.ts'
import type { Pki } from './pki.ts'

export type WorkstationPlan = {
  readonly folder: string
  readonly device: string
  /** https://host:port */
  readonly hubUrl: string
  /** The people who work here; all of the device's unit where not given. */
  readonly people?: readonly string[]
}

export function setUpWorkstation(pki: Pki, plan: WorkstationPlan): void {
  const device = pki.devices.find((each) => each.id === plan.device)
  if (!device) throw new Error(`no device ${plan.device} in the development PKI`)
  const to = (...parts: string[]): string => join(plan.folder, ...parts)
  const folder = (...parts: string[]): string => {
    mkdirSync(to(...parts), { recursive: true, mode: 0o700 })
    return to(...parts)
  }
  folder('trust', 'anchors')
  folder('directory')
  folder('seals')
  const file: WorkstationFile = {
    v: 1,
    device: device.id,
    unit: device.unit,
    hub: { id: pki.hub.id, url: plan.hubUrl },
    development: true,
  }
  writeFileSync(to('workstation.json'), `${JSON.stringify(file, null, 2)}\n`)
  copyFileSync(device.key, to('device.key.pem'))
  copyFileSync(device.certificate, to('device.crt.pem'))
  copyFileSync(pki.root.certificate, to('trust', 'anchors', 'root.crt'))
  copyFileSync(pki.authority.certificate, to('trust', 'authority.crt'))
  const { acts } = JSON.parse(readFileSync(pki.directory, 'utf8')) as { acts: string[] }
  for (const [index, jws] of acts.entries())
    writeFileSync(to('directory', `${String(index + 1).padStart(4, '0')}.jws`), `${jws}\n`)
  const people = pki.people.filter(
    (person) => person.unit === device.unit && (plan.people?.includes(person.id) ?? true),
  )
  for (const person of people) {
    const place = folder('people', person.id)
    copyFileSync(person.file, join(place, 'key.p12'))
    const keyFileHash = createHash('sha256').update(readFileSync(person.file)).digest('hex')
    const account: AccountFile = { v: 1, person: person.id, keyFileHash }
    writeFileSync(join(place, 'account.json'), `${JSON.stringify(account)}\n`)
  }
  const unit = pki.units.find((each) => each.id === device.unit)
  if (unit && people.some((person) => person.roles.includes('seal-keeper')))
    copyFileSync(unit.seal.file, to('seals', `${unit.seal.id}.p12`))
}
