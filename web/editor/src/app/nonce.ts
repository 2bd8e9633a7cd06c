/** What inline styles need to be allowed by the server's policy; also for CodeMirror's `EditorView.cspNonce`. */
export const nonce: string =
  typeof document === 'undefined'
    ? ''
    : (document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '');
