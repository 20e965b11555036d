/**
 * The development PKI as it lies in a folder: the manifest pki.json (ids, names, roles, files, PINs) and reading it.
 * Paths are relative in the file and absolute in a `Pki`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { roles } from '../core/act/identifiers.ts'

const path = z.string().min(1)
const pem = { certificate: path, key: path }
const pkcs12 = { file: path, pin: z.string().min(10) }

export const manifest = z.strictObject({
  v: z.literal(1),
  development: z.literal(true),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
  /** The trust anchor, PEM. */
  root: z.strictObject(pem),
  intermediate: z.strictObject(pem),
  /** Intermediate and root in one PEM file: what a TLS server trusts. */
  authorities: path,
  hub: z.strictObject({
    id: z.string(),
    name: z.string(),
    /** The certificate file also holds the intermediate. */
    server: z.strictObject(pem),
    receipt: z.strictObject(pem),
  }),
  /** Signs the directory; clients are set up with its certificate. */
  authority: z.strictObject(pem),
  timestamp: z.strictObject(pem),
  /** The first directory acts: `{"acts": [JWS, ...]}`, as the hub serves them. */
  directory: path,
  units: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      encryption: z.strictObject({ certificate: path }),
      archive: z.strictObject({ certificate: path, ...pkcs12 }),
      seal: z.strictObject({ id: z.string(), name: z.string(), certificate: path, ...pkcs12 }),
    }),
  ),
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      unit: z.string(),
      title: z.string(),
      roles: z.array(z.enum(roles).exclude(['machine'])),
      /** Signing and encryption key; for registry and seal-keepers the unit's encryption key too. */
      ...pkcs12,
      signing: path,
      encryption: path,
    }),
  ),
  devices: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      unit: z.string(),
      admitted: z.boolean(),
      ...pem,
      ...pkcs12,
    }),
  ),
})
export type Manifest = z.infer<typeof manifest>
export type Pki = Manifest & { readonly folder: string }

const pathMembers = new Set([
  'certificate',
  'key',
  'file',
  'authorities',
  'directory',
  'signing',
  'encryption',
])

/** The PKI in a folder, or null where there is none of this version that is still valid at `now`. */
export function loadPki(folder: string, now: Date): Pki | null {
  const file = join(folder, 'pki.json')
  if (!existsSync(file)) return null
  const read = manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!read.success) return null
  const { notBefore, notAfter } = read.data
  if (now.getTime() < Date.parse(notBefore) || now.getTime() >= Date.parse(notAfter)) return null
  return { ...(absolute(read.data, folder) as Manifest), folder }
}

function absolute(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((each) => absolute(each, folder))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      typeof each === 'string' && pathMembers.has(name) ? join(folder, each) : absolute(each, folder),
    ]),
  )
}

/** Somebody of the manifest by id; throws for an id that the province does not have. */
export function byId<Item extends { readonly id: string }>(items: readonly Item[], id: string): Item {
  const found = items.find((item) => item.id === id)
  if (!found) throw new Error(`the development PKI has no ${id}`)
  return found
}
