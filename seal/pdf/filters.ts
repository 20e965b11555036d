/**
 * Decodes the streams that carry a PDF's own structure (cross references, object streams): FlateDecode with predictors
 * (ISO 32000-2 7.4.4). Not for page content or pictures. Invariant: output never exceeds the stated limit.
 */
import { inflateSync } from 'node:zlib'
import { isArray, isDictionary, isName, MalformedPdf, type PdfStream, type PdfValue } from './syntax.ts'

export const decodedLimit = 67_108_864

/** @param resolve follows references in the stream's dictionary. */
export function decodeStream(
  stream: PdfStream,
  resolve: (value: PdfValue | undefined) => PdfValue,
): Uint8Array {
  const filters = listOf(resolve(stream.entries.get('Filter'))).map(resolve)
  const parameters = listOf(resolve(stream.entries.get('DecodeParms'))).map(resolve)
  if (filters.length > 1) throw new MalformedPdf('chain of filters')
  const [filter] = filters
  if (filter === undefined) return stream.raw
  if (!isName(filter) || filter.name !== 'FlateDecode') throw new MalformedPdf('filter of a structure stream')
  const inflated = inflate(stream.raw)
  const [settings] = parameters
  if (!isDictionary(settings)) return inflated
  const number = (key: string, usual: number): number => {
    const value = resolve(settings.entries.get(key))
    if (value === null) return usual
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535)
      throw new MalformedPdf(`filter parameter ${key}`)
    return value
  }
  const predictor = number('Predictor', 1)
  if (predictor === 1) return inflated
  if (predictor < 10 || number('BitsPerComponent', 8) !== 8) throw new MalformedPdf('predictor')
  return undoPng(inflated, number('Columns', 1), number('Colors', 1))
}

const listOf = (value: PdfValue): readonly PdfValue[] =>
  value === null ? [] : isArray(value) ? value.items : [value]

function inflate(raw: Uint8Array): Uint8Array {
  try {
    return inflateSync(raw, { maxOutputLength: decodedLimit })
  } catch (error) {
    throw new MalformedPdf(`deflated data: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

function undoPng(data: Uint8Array, columns: number, pixel: number): Uint8Array {
  const width = columns * pixel
  const rows = Math.floor(data.length / (width + 1))
  if (rows * (width + 1) !== data.length) throw new MalformedPdf('predictor rows')
  const out = new Uint8Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const kind = data[row * (width + 1)]
    for (let i = 0; i < width; i++) {
      const value = data[row * (width + 1) + 1 + i] ?? 0
      const left = i >= pixel ? (out[row * width + i - pixel] ?? 0) : 0
      const up = row > 0 ? (out[(row - 1) * width + i] ?? 0) : 0
      const corner = row > 0 && i >= pixel ? (out[(row - 1) * width + i - pixel] ?? 0) : 0
      out[row * width + i] = value + predicted(kind, left, up, corner)
    }
  }
  return out
}

function predicted(kind: number | undefined, left: number, up: number, corner: number): number {
  switch (kind) {
    case 0:
      return 0
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4: {
      const guess = left + up - corner
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
      return a <= b && a <= c ? left : b <= c ? up : corner
    }
    default:
      throw new MalformedPdf('predictor of a row')
  }
}
