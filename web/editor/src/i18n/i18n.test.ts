import { afterEach, describe, expect, it } from 'vitest';
import { speak, systemLanguage, t } from '.';

afterEach(() => speak('en'));

describe('texts', () => {
  it('are their own keys in English', () => {
    expect(t('Deploy')).toBe('Deploy');
    expect(t('Nothing here: a. b. c')).toBe('Nothing here: a. b. c');
    expect(t('Deleted {{name}}', { name: '<b>$t(Deploy) {{name}}</b>' })).toBe('Deleted <b>$t(Deploy) {{name}}</b>');
  });

  it('have singulars', () => {
    expect(t('{{count}} errors', { count: 1 })).toBe('1 error');
    expect(t('{{count}} errors', { count: 0 })).toBe('0 errors');
    expect(t('{{count}} errors', { count: 1234 })).toBe('1,234 errors');
    expect(t('{{count}} found', { count: 1 })).toBe('1 found');
  });
});

describe('the language of the browser', () => {
  it('is the first of its languages that there is', () => {
    expect(systemLanguage(['de-AT', 'en'])).toBe('de');
    expect(systemLanguage(['fr', 'EN-gb', 'de'])).toBe('en');
    expect(systemLanguage(['fr'])).toBe('en');
    expect(systemLanguage([])).toBe('en');
  });
});
