/**
 * Distinguished names of certificates: for display (RFC 4514) and for comparison (RFC 5280 7.1).
 * Not for parsing names typed by people.
 */
import { childrenOf, cursorOf, MalformedDer, readOid, tags, type DerNode } from './der.ts'

const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}

export type Name = {
  /** RFC 4514, last element first, Chinese as it is: `CN=印章,O=示范省人民政府办公厅,C=CN`. */
  readonly display: string
  /** The last common name, or '' where there is none. */
  readonly commonName: string
  /** Equal exactly for names that RFC 5280 7.1 calls equal (case, width and white space folded). */
  readonly comparable: string
  readonly der: Uint8Array
}

const decoders: Readonly<Record<number, (bytes: Uint8Array) => string>> = {
  [tags.utf8String]: (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
  [tags.printableString]: latin,
  [tags.ia5String]: latin,
  0x12: latin, // NumericString
  0x14: latin, // TeletexString, in practice Latin-1
  0x1a: latin, // VisibleString
  0x1e: wide, // BMPString
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function wide(bytes: Uint8Array): string {
  if (bytes.length % 2) throw new MalformedDer('BMPString of odd length')
  return Buffer.from(bytes).swap16().toString('utf16le')
}

function readText(node: DerNode): string {
  const decode = decoders[node.tag]
  if (!decode) return `#${Buffer.from(node.raw).toString('hex')}`
  try {
    return decode(node.content)
  } catch {
    throw new MalformedDer('text of a name')
  }
}

/** RFC 4514 2.4; control characters are written as `\XX` so that a name cannot disturb a line of output. */
function escape(text: string): string {
  return text
    .replace(/[\\,+"<>;]/g, (character) => `\\${character}`)
    .replace(/^[ #]/, (character) => `\\${character}`)
    .replace(/ $/, '\\ ')
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (character) =>
        `\\${Buffer.from(character)
          .toString('hex')
          .toUpperCase()
          .replace(/(..)(?=.)/g, '$1\\')}`,
    )
}

export function readName(node: DerNode): Name {
  if (node.tag !== tags.sequence) throw new MalformedDer('name')
  let commonName = ''
  const shown: string[] = []
  const compared: string[][] = []
  for (const set of childrenOf(node)) {
    if (set.tag !== tags.set) throw new MalformedDer('name')
    const one = childrenOf(set).map((pair) => {
      const cursor = cursorOf(pair)
      const type = readOid(cursor.next(tags.oid))
      const text = readText(cursor.next())
      cursor.end()
      if (type === '2.5.4.3') commonName = text
      return { type, text }
    })
    if (one.length === 0) throw new MalformedDer('empty element of a name')
    shown.unshift(one.map(({ type, text }) => `${attributeNames[type] ?? type}=${escape(text)}`).join('+'))
    compared.push(one.map(({ type, text }) => `${type}=${fold(text)}`).sort())
  }
  return { display: shown.join(','), commonName, comparable: JSON.stringify(compared), der: node.raw }
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')
