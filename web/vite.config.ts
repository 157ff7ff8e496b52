import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Whatever path Muster stands under: the server writes it into the page's <base>.
  base: './',
  plugins: [react()],
  build: {
    manifest: true,
    // Pictures inside of style or script would need an exception in the content security policy.
    assetsInlineLimit: 0,
    target: 'es2023',
  },
});
