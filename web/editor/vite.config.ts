import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { icons } from './scripts/icons.mjs';

// Where `npm run dev` finds a Flowrill to talk to.
const server = process.env['FLOWRILL'] ?? 'http://127.0.0.1:1880';

export default defineConfig({
  base: './', // the admin root may be anywhere
  plugins: [react(), icons()],
  // The server puts a fresh nonce in this place for every request.
  html: { cspNonce: '{{nonce}}' },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // the policy allows no data: but images
    cssCodeSplit: false, // parts that come late need no styles that come late
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    manifest: 'manifest.json',
  },
  server: {
    port: 5173,
    proxy: { '^/(?!src|node_modules|@|assets|icon\\.svg|$)': { target: server, ws: true, changeOrigin: true } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    testTimeout: 20_000, // property tests on a busy machine
  },
});
