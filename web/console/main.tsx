import '../ui/tokens.css';
import '../ui/base.css';
import './styles/layout.css';
import './styles/queue.css';
import './styles/detail.css';
import './styles/forms.css';
import './styles/notices.css';
import './styles/areas.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { restoreTheme } from '../ui/theme';
import { startAnnouncer } from './announcer';
import { App } from './app';
import { startClock } from './clock';
import { startKeys } from './commands';
import { startFlashing } from './flash';
import { i18n } from './i18n';
import { startLosses } from './losses';
import { dismissGoodNews } from './notice';
import { startOpenCase } from './open_case';
import { startOverdue } from './overdue';
import { startPresence, startStayingAwake } from './presence';
import { route, startRouter } from './router';
import { caseForm, startHighlight } from './screen';
import { resumeSession, session } from './session';
import { resumeShift, startRinger } from './sound/ringer';
import { startTold } from './told';
import { startKeeping } from './unkept';

restoreTheme();
startRouter();
startClock();
startRinger();
startPresence();
startStayingAwake();
startOpenCase();
startHighlight();
startAnnouncer();
startLosses();
startFlashing();
startKeys();
startKeeping();
startTold();
startOverdue();
addEventListener('input', dismissGoodNews, true);
effect(() => {
  if (session.value) resumeShift();
});
// A form belongs to the case it was opened on.
effect(() => {
  void route.value;
  caseForm.value = undefined;
});
void i18n.choose(i18n.preferred());
void resumeSession();

const root = document.getElementById('app');
if (root) render(<App />, root);
