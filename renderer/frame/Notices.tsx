/** What was done or refused, at the lower left above the status bar, where nothing is pressed. */
import { CloseOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { dismiss, useNotices } from '../state/notices.ts'
import { RefusalText } from './Refusal.tsx'

export function Notices() {
  const { t } = useTranslation()
  const notices = useNotices((state) => state.notices)
  return (
    <div className="notices" aria-live="polite">
      {notices.map((notice) => (
        <div
          key={notice.id}
          className={`notice notice-${notice.kind}`}
          role={notice.kind === 'refused' ? 'alert' : 'status'}
        >
          <span className="notice-mark" aria-hidden>
            {notice.kind === 'done' ? '✓' : '!'}
          </span>
          {notice.kind === 'done' ? <span>{notice.words}</span> : <RefusalText refusal={notice.refusal} />}
          <button
            type="button"
            className="bare"
            aria-label={t('notice.close')}
            onClick={() => dismiss(notice.id)}
          >
            <CloseOutlined aria-hidden />
          </button>
        </div>
      ))}
    </div>
  )
}
