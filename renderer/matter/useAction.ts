/** Doing one of the matter's actions: tells when it is done; the refusal goes back to the dialog or is told. */
import { useTranslation } from 'react-i18next'
import type { CallInput } from '../../preload/contract/office.ts'
import type { ActionName } from '../../preload/contract/views.ts'
import type { DeskRefusal, MatterCall } from '../bridge.ts'
import { act } from '../state/matter.ts'
import { tellDone, tellRefused } from '../state/notices.ts'

type Act = <Name extends MatterCall>(
  action: ActionName,
  name: Name,
  input: CallInput<Name>,
) => Promise<DeskRefusal | null>

/** `inDialog`: gives the refusal back. `atOnce`: tells it at the edge of the window. */
export function useAction(): { readonly inDialog: Act; readonly atOnce: Act } {
  const { t } = useTranslation()
  const inDialog: Act = async (action, name, input) => {
    const refusal = await act(name, input)
    if (refusal === null) tellDone(t(`done.${action}`))
    return refusal
  }
  const atOnce: Act = async (action, name, input) => {
    const refusal = await inDialog(action, name, input)
    if (refusal) tellRefused(refusal)
    return refusal
  }
  return { inDialog, atOnce }
}
