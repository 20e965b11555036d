/** The window: theme and language first, then who sits at it. */
import '@fontsource-variable/noto-sans-sc/wght.css'
import './styles/frame.css'
import './styles/list.css'
import './styles/parts.css'
import './styles/sign-in.css'
import './styles/desks.css'
import './styles/editor.css'
import './styles/paper.css'
import { App, ConfigProvider } from 'antd'
import chinese from 'antd/locale/zh_CN.js'
import { StrictMode, Suspense, lazy, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { Notices } from './frame/Notices.tsx'
import { declareFaces } from './page/typesetter.ts'
import { SignIn } from './sign-in/SignIn.tsx'
import { restoreScale } from './state/scale.ts'
import { startSession, useSession } from './state/session.ts'
import { applyTheme, theme } from './theme.ts'
import { language } from './words/index.ts'

/** The desks come after the sign-in page is there: it must not wait for what nobody can use yet. */
const loadFrame = () => import('./frame/Frame.tsx')
const Frame = lazy(async () => ({ default: (await loadFrame()).Frame }))

function Window() {
  const { phase, me } = useSession()
  useEffect(() => {
    if (phase === 'starting') return
    const soon = setTimeout(() => void loadFrame(), 800)
    return () => clearTimeout(soon)
  }, [phase])
  const starting = <div className="frame frame-starting" aria-busy />
  if (phase === 'starting') return starting
  if (!me) return <SignIn />
  return (
    <Suspense fallback={starting}>
      <Frame me={me} />
    </Suspense>
  )
}

applyTheme(document.documentElement)
restoreScale()
declareFaces()
void startSession()

const place = document.getElementById('window')
if (!place) throw new Error('index.html has no place for the window')
createRoot(place).render(
  <StrictMode>
    <I18nextProvider i18n={language}>
      {/* 签发, not 签 发: the names of buttons are what people look for. */}
      <ConfigProvider theme={theme} locale={chinese.default} button={{ autoInsertSpace: false }}>
        <App component={false}>
          <Window />
          <Notices />
        </App>
      </ConfigProvider>
    </I18nextProvider>
  </StrictMode>,
)
