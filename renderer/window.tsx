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
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { Frame } from './frame/Frame.tsx'
import { Notices } from './frame/Notices.tsx'
import { declareFaces } from './page/typesetter.ts'
import { SignIn } from './sign-in/SignIn.tsx'
import { restoreScale } from './state/scale.ts'
import { startSession, useSession } from './state/session.ts'
import { applyTheme, theme } from './theme.ts'
import { language } from './words/index.ts'

function Window() {
  const { phase, me } = useSession()
  if (phase === 'starting') return <div className="frame frame-starting" aria-busy />
  return me ? <Frame me={me} /> : <SignIn />
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
