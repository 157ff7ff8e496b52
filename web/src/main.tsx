import './mantine.css';
import '@mantine/notifications/styles.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { setStyleNonce } from './style-nonce.ts';
import { startWords } from './words/language.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root');

setStyleNonce();
await startWords();
createRoot(root).render(<App />);
