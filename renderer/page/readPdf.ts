/** pdf.js, loaded when the first PDF is opened; its worker is a file of our own. */
import type { PDFDocumentProxy } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'

/** `bytes` in base64. Null where this is no PDF that can be read. */
export async function readPdf(bytes: string): Promise<PDFDocumentProxy | null> {
  const pdf = await import('pdfjs-dist')
  pdf.GlobalWorkerOptions.workerSrc = new URL(workerUrl, document.baseURI).href
  try {
    const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
    return await pdf.getDocument({
      data,
      enableXfa: false,
      isOffscreenCanvasSupported: false,
      useWasm: false,
    }).promise
  } catch {
    return null
  }
}
