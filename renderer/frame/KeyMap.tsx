/** The map of the keys. */
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'

const keys = [
  ['J K ↑ ↓', 'move'],
  ['Enter', 'open'],
  ['Ctrl Enter', 'primary'],
  ['Ctrl K', 'find'],
  ['Alt 1 – 5', 'desks'],
  ['J K', 'sign'],
  ['?', 'map'],
  ['Esc', 'escape'],
] as const

export function KeyMap({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={onClose} width={480}>
      <table className="key-map">
        <tbody>
          {keys.map(([key, what]) => (
            <tr key={what}>
              <th scope="row">
                {key.split(' ').map((each) => (
                  <kbd key={each}>{each}</kbd>
                ))}
              </th>
              <td>{t(`keys.${what}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}
