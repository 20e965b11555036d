/**
 * The directory: units, people, workstations, certificates. A chain of versioned acts signed by the directory
 * authority; the hub only serves it, so it cannot slip in a false certificate. Folding is pure: the caller verifies
 * each JWS against the authority's certificate (seal) and hands in the hash function.
 */
import { z } from 'zod'
import { actId, deviceId, hubId, instant, personId, roles, unitId } from '../act/identifiers.ts'
import type { Address, Role, Thumbprint } from '../act/identifiers.ts'
import type { Hash } from '../ports.ts'
import { ok, refuse } from '../result.ts'
import type { Result } from '../result.ts'

export const directoryType = 'sealpost-directory+jws'
export const directoryLimits = { actBytes: 8 * 1024 * 1024, changes: 10_000 } as const

/** DER, base64 (standard alphabet). */
const certificate = z
  .string()
  .max(32_768)
  .regex(/^[A-Za-z0-9+/]+=*$/)
const label = z.string().min(1).max(100)

/** Certificates of one use, oldest first; the last is current, the others still verify and open what is old. */
const certificates = z.array(certificate).min(1).max(50)

export const unitEntry = z.strictObject({
  kind: z.literal('unit'),
  id: unitId,
  name: label,
  parent: unitId.nullable(),
  homeHub: hubId,
  /** Order of precedence in lists. */
  order: z.number().int(),
  encryption: certificates,
  archive: certificates,
  seals: z.array(z.strictObject({ id: z.string().min(1).max(48), name: label, certificate })).max(20),
  /**
   * 发文机关代字, and blocks of serials (last included), each granted to one registry clerk at one workstation: for
   * outgoing documents and, counted apart, for the register of incoming ones.
   */
  numbering: z.strictObject({
    code: label,
    blocks: z
      .array(
        z.strictObject({
          registry: personId,
          device: deviceId,
          year: z.number().int(),
          first: z.number().int().min(1),
          last: z.number().int().min(1),
        }),
      )
      .max(1000),
  }),
})
export type UnitEntry = z.infer<typeof unitEntry>

export const personEntry = z.strictObject({
  kind: z.literal('person'),
  id: personId,
  name: label,
  unit: unitId,
  roles: z.array(z.enum(roles).exclude(['machine'])).max(8),
  title: label.optional(),
  signing: certificates,
  encryption: certificates,
  active: z.boolean(),
})
export type PersonEntry = z.infer<typeof personEntry>

export const deviceEntry = z.strictObject({
  kind: z.literal('device'),
  id: deviceId,
  unit: unitId,
  name: label,
  certificate,
  /** 终端准入. */
  admitted: z.boolean(),
})
export type DeviceEntry = z.infer<typeof deviceEntry>

export const hubEntry = z.strictObject({
  kind: z.literal('hub'),
  id: hubId,
  name: label,
  receipts: certificates,
})
export const routeEntry = z.strictObject({
  kind: z.literal('route'),
  id: z.string().max(100),
  from: unitId,
  to: unitId,
  permitted: z.boolean(),
})
/** Issuing certificates between the anchor and the rest. */
export const issuerEntry = z.strictObject({ kind: z.literal('issuer'), id: z.string().max(64), certificate })

export const entry = z.discriminatedUnion('kind', [
  unitEntry,
  personEntry,
  deviceEntry,
  hubEntry,
  routeEntry,
  issuerEntry,
])
export type DirectoryEntry = z.infer<typeof entry>

export const directoryAct = z.strictObject({
  v: z.literal(1),
  version: z.number().int().min(1),
  previous: actId.nullable(),
  time: instant,
  /** Each replaces the entry of the same kind and id. Nothing is ever removed: people end by `active: false`. */
  entries: z.array(entry).min(1).max(directoryLimits.changes),
})
export type DirectoryAct = z.infer<typeof directoryAct>

/** Whom a certificate belongs to and what for. */
export type Holder =
  | {
      readonly kind: 'person'
      readonly person: string
      readonly unit: string
      readonly use: 'signing' | 'encryption'
    }
  | { readonly kind: 'device'; readonly device: string; readonly unit: string; readonly use: 'device' }
  | { readonly kind: 'unit'; readonly unit: string; readonly use: 'encryption' | 'archive' | 'seal' }
  | { readonly kind: 'hub'; readonly hub: string; readonly use: 'receipt' }
export type ListedCertificate = {
  readonly thumbprint: Thumbprint
  readonly der: Uint8Array
  readonly holder: Holder
}

export type Directory = {
  readonly version: number
  readonly last: string | null
  readonly units: ReadonlyMap<string, UnitEntry>
  readonly people: ReadonlyMap<string, PersonEntry>
  readonly devices: ReadonlyMap<string, DeviceEntry>
  readonly hubs: ReadonlyMap<string, z.infer<typeof hubEntry>>
  readonly routes: ReadonlyMap<string, z.infer<typeof routeEntry>>
  readonly issuers: ReadonlyMap<string, z.infer<typeof issuerEntry>>
  readonly certificates: ReadonlyMap<Thumbprint, ListedCertificate>
  /** What people's and workstations' entries were before, oldest first: what was signed then stays good. */
  readonly formerPeople: ReadonlyMap<string, readonly Former<PersonEntry>[]>
  readonly formerDevices: ReadonlyMap<string, readonly Former<DeviceEntry>[]>
}

/** An entry as it stood until a directory act of that time replaced it. */
export type Former<Entry> = { readonly until: string; readonly entry: Entry }

export const emptyDirectory: Directory = {
  version: 0,
  last: null,
  units: new Map(),
  people: new Map(),
  devices: new Map(),
  hubs: new Map(),
  routes: new Map(),
  issuers: new Map(),
  certificates: new Map(),
  formerPeople: new Map(),
  formerDevices: new Map(),
}

export const directoryRefusals = [
  'directory-malformed',
  'directory-not-by-authority',
  'directory-older-than-known',
  'directory-gap',
  'directory-forked',
] as const
export type DirectoryRefusal = (typeof directoryRefusals)[number]

/** The next version folded in. `id` is the act's name; an act already folded, or an older one, is refused by name. */
export function foldDirectory(
  directory: Directory,
  act: DirectoryAct,
  id: string,
  hash: Hash,
): Result<Directory, DirectoryRefusal> {
  if (act.version <= directory.version)
    return refuse('directory-older-than-known', { version: act.version, known: directory.version })
  if (act.version !== directory.version + 1)
    return refuse('directory-gap', { version: act.version, known: directory.version })
  if (act.previous !== directory.last) return refuse('directory-forked', { version: act.version })
  const next = {
    version: act.version,
    last: id,
    units: new Map(directory.units),
    people: new Map(directory.people),
    devices: new Map(directory.devices),
    hubs: new Map(directory.hubs),
    routes: new Map(directory.routes),
    issuers: new Map(directory.issuers),
    certificates: new Map(directory.certificates),
    formerPeople: new Map(directory.formerPeople),
    formerDevices: new Map(directory.formerDevices),
  }
  const supersede = <Entry>(
    former: Map<string, readonly Former<Entry>[]>,
    name: string,
    entry: Entry | undefined,
  ): void => {
    if (entry) former.set(name, [...(former.get(name) ?? []), { until: act.time, entry }])
  }
  const list = (text: string, holder: Holder): void => {
    const der = fromBase64(text)
    const thumbprint = hash(der)
    next.certificates.set(thumbprint, { thumbprint, der, holder })
  }
  for (const each of act.entries) {
    switch (each.kind) {
      case 'unit':
        next.units.set(each.id, each)
        for (const der of each.encryption) list(der, { kind: 'unit', unit: each.id, use: 'encryption' })
        for (const der of each.archive) list(der, { kind: 'unit', unit: each.id, use: 'archive' })
        for (const seal of each.seals) list(seal.certificate, { kind: 'unit', unit: each.id, use: 'seal' })
        break
      case 'person':
        supersede(next.formerPeople, each.id, next.people.get(each.id))
        next.people.set(each.id, each)
        for (const der of each.signing)
          list(der, { kind: 'person', person: each.id, unit: each.unit, use: 'signing' })
        for (const der of each.encryption)
          list(der, { kind: 'person', person: each.id, unit: each.unit, use: 'encryption' })
        break
      case 'device':
        supersede(next.formerDevices, each.id, next.devices.get(each.id))
        next.devices.set(each.id, each)
        list(each.certificate, { kind: 'device', device: each.id, unit: each.unit, use: 'device' })
        break
      case 'hub':
        next.hubs.set(each.id, each)
        for (const der of each.receipts) list(der, { kind: 'hub', hub: each.id, use: 'receipt' })
        break
      case 'route':
        next.routes.set(`${each.from}>${each.to}`, each)
        break
      case 'issuer':
        next.issuers.set(each.id, each)
        break
    }
  }
  return ok(next)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const valueOf = new Map([...alphabet].map((letter, index) => [letter, index]))

/** Standard base64 to bytes, without node or DOM. */
export function fromBase64(text: string): Uint8Array {
  const letters = text.replace(/=+$/, '')
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4))
  let bits = 0
  let held = 0
  let place = 0
  for (const letter of letters) {
    held = (held << 6) | (valueOf.get(letter) ?? 0)
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[place++] = (held >> bits) & 255
    }
  }
  return bytes
}

const entryAt = <Entry>(
  current: ReadonlyMap<string, Entry>,
  former: ReadonlyMap<string, readonly Former<Entry>[]>,
  name: string,
  at: Date | undefined,
): Entry | undefined => {
  const then = at && former.get(name)?.find(({ until }) => at.getTime() < Date.parse(until))
  return then ? then.entry : current.get(name)
}

/** The person's entry as it stood at that time; as it stands now where no time is given. */
export const personAt = (directory: Directory, person: string, at?: Date): PersonEntry | undefined =>
  entryAt(directory.people, directory.formerPeople, person, at)

export const deviceAt = (directory: Directory, device: string, at?: Date): DeviceEntry | undefined =>
  entryAt(directory.devices, directory.formerDevices, device, at)

/** Whether the person was in office in that role at that time (now, where none is given). */
export const holdsRole = (directory: Directory, person: string, role: Role, at?: Date): boolean => {
  const found = personAt(directory, person, at)
  return found !== undefined && found.active && (found.roles as readonly Role[]).includes(role)
}

/** The mailboxes a person may read: their own, and the unit's for its registry and seal-keepers. */
export function boxesOf(directory: Directory, person: string): readonly Address[] {
  const found = directory.people.get(person)
  if (!found?.active) return []
  const own: Address = `person:${person}`
  const forUnit = found.roles.includes('registry') || found.roles.includes('seal-keeper')
  return forUnit ? [own, `unit:${found.unit}`] : [own]
}

export const routePermitted = (directory: Directory, from: string, to: string): boolean =>
  from === to || (directory.routes.get(`${from}>${to}`)?.permitted ?? true)
