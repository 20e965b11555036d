/**
 * Where Electron starts: chooses the workstation's folder and hands Electron's window to main.ts.
 *
 * Invariant: everything that Electron wants before it is ready happens before the first await.
 */
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { electronHost, prepareElectron } from './host/electron.ts'
import { startOffice } from './main.ts'

/** The built program: main/ (this file), preload/, renderer/ and fonts/ lie beside one another. */
const program = join(import.meta.dirname, '..')
const folder = process.env['SEALPOST_FOLDER'] ?? join(app.getPath('appData'), 'Sealpost')
process.env['SEALPOST_FONTS'] ??= join(program, 'fonts')

async function run(): Promise<void> {
  // A packed program never accepts the development PKI.
  const development = !app.isPackaged
  const openHost = electronHost({ preload: join(program, 'preload', 'electron.cjs'), development })
  const office = await startOffice({ openHost, folder, renderer: join(program, 'renderer'), development })
  process.once('SIGTERM', () => void office.close())
  await office.closed
}

if (prepareElectron(join(folder, 'window'))) {
  run().then(
    () => app.exit(0),
    (error: unknown) => {
      console.error(error)
      dialog.showErrorBox('印驿', `程序没有启动：${error instanceof Error ? error.message : String(error)}`)
      app.exit(1)
    },
  )
} else {
  app.exit(0)
}
