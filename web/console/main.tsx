import '../ui/tokens.css';
import '../ui/base.css';
import { render } from 'preact';

const root = document.getElementById('app');
if (root) render(<h1>Muster</h1>, root);
