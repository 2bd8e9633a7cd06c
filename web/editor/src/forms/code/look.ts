/** How an editor looks: the tokens of the page, so that it follows light and dark. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

const style = HighlightStyle.define([
  {
    tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword],
    color: 'var(--code-keyword)',
  },
  { tag: [t.string, t.special(t.string), t.regexp], color: 'var(--code-string)' },
  { tag: [t.number, t.bool, t.null, t.atom], color: 'var(--code-number)' },
  { tag: [t.comment, t.lineComment, t.blockComment], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [t.propertyName, t.attributeName], color: 'var(--code-name)' },
  { tag: [t.tagName, t.heading], color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], color: 'var(--code-function)' },
  { tag: t.emphasis, fontStyle: 'italic' },
  { tag: t.strong, fontWeight: '600' },
  { tag: [t.link, t.url], color: 'var(--code-function)' },
]);

const theme = EditorView.theme({
  '&': { color: 'inherit', background: 'transparent', fontSize: 'inherit' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: 'inherit', overflow: 'auto' },
  '.cm-content': { padding: 'var(--code-pad-y) 0', caretColor: 'currentColor' },
  '.cm-line': { padding: '0 var(--code-pad-x)' },
  '.cm-placeholder': { color: 'var(--code-placeholder)' },
  '.cm-cursor': { borderLeftColor: 'currentColor', borderLeftWidth: '1.5px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--code-selection)',
  },
  '.cm-activeLine': { background: 'transparent' },
  '&.cm-focused .cm-activeLine': { background: 'var(--code-line)' },
  '.cm-gutters': { background: 'transparent', color: 'var(--code-comment)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 8px', minWidth: '24px', fontSize: 'var(--size-xs)' },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { background: 'var(--code-selection)', outline: 'none' },
  '.cm-hole': {
    fontFamily: 'var(--mono)',
    fontSize: 'var(--size-s)',
    background: 'var(--hole-bg)',
    color: 'var(--hole-fg)',
    borderRadius: '4px',
    padding: '1px 0',
    boxDecorationBreak: 'clone',
    '-webkit-box-decoration-break': 'clone',
  },
  '.cm-hole-path': { background: 'var(--hole-path-bg)', color: 'var(--hole-path-fg)' },
  '.cm-hole-edge': { opacity: '0.72' },
  '.cm-tooltip': {
    background: 'var(--code-popup)',
    color: 'inherit',
    border: '1px solid var(--code-border)',
    borderRadius: '8px',
    boxShadow: '0 8px 24px #0f172a1f',
    overflow: 'hidden',
    zIndex: '50',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'inherit',
    fontSize: 'var(--size-s)',
    maxHeight: '14em',
    minWidth: '240px',
    padding: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    padding: '4px 8px',
    borderRadius: '4px',
    lineHeight: '16px',
    display: 'flex',
    gap: '12px',
    justifyContent: 'space-between',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--code-accent)', color: 'var(--code-on-accent)' },
  '.cm-completionDetail': {
    opacity: '0.75',
    fontStyle: 'normal',
    margin: '0',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    maxWidth: '180px',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-tooltip.cm-completionInfo': { padding: '4px 8px', fontSize: 'var(--size-s)' },
  '.cm-diagnostic': { padding: '4px 8px', fontSize: 'var(--size-s)', fontFamily: 'inherit' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--code-error) 1px',
    textUnderlineOffset: '3px',
  },
});

export const look = [theme, syntaxHighlighting(style)];
