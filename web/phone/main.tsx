import '../ui/tokens.css';
import '../ui/base.css';
import './styles/page.css';
import './styles/frame.css';
import './styles/press.css';
import './styles/hold.css';
import './styles/case.css';
import './styles/calls.css';
import './styles/form.css';
import './styles/summons.css';
import { render } from 'preact';
import { language } from './language';
import { followAddress, route } from './route';
import { Calls } from './screens/calls';
import { CaseScreen } from './screens/case';
import { Colleague } from './screens/colleague';
import { Enrol } from './screens/enrol';
import { Entry } from './screens/entry';
import { Frame } from './screens/frame';
import { Home } from './screens/home';
import { Settings } from './screens/settings';
import { SummonsScreen } from './screens/summons';
import { app } from './the_app';
import { startWaking } from './the_waking';

function Screen() {
  if (route.value === 'enrol' || app.enrolled.value === 'no') return <Enrol />;
  if (app.enrolled.value === 'asking') return <main aria-busy="true" />;
  switch (route.value) {
    case 'colleague':
      return <Colleague />;
    case 'calls':
      return <Calls />;
    case 'settings':
      return <Settings />;
    case 'summons':
      return <SummonsScreen />;
    case 'case':
      return app.alarms.value.length > 0 ? <CaseScreen /> : <Home />;
    case 'home':
      return app.active.value ? <CaseScreen /> : <Home />;
    case 'button':
      return <Home />;
    case 'entry':
    case 'number':
    case 'place':
      return <Entry page={route.value} />;
  }
}

function Phone() {
  return (
    <Frame>
      <Screen />
    </Frame>
  );
}

followAddress();
const preferred = language.preferred();
if (preferred !== 'en') void language.choose(preferred);
const root = document.getElementById('app');
if (root) render(<Phone />, root);
app.start();
startWaking();
