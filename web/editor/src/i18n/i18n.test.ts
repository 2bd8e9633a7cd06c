import { afterEach, describe, expect, it } from 'vitest';
import { inLanguage, speak, systemLanguage, t } from '.';
import { number, weekday } from './format';

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

describe('German', () => {
  it('is spoken when it has come', async () => {
    await speak('de');
    expect(t('Deploy')).toBe('Bereitstellen');
    expect(t('{{count}} conflicts', { count: 1 })).toBe('1 Konflikt');
    expect(t('{{count}} conflicts', { count: 1234 })).toBe('1.234 Konflikte');
    expect(t('Not yet a text')).toBe('Not yet a text');
    expect(weekday(0)).toBe('Sonntag');
    expect(number(1234.5)).toBe('1.234,5');
    await speak('en');
    expect(t('Deploy')).toBe('Deploy');
    expect(weekday(6)).toBe('Saturday');
  });

  it('is not spoken when English was chosen while it came', async () => {
    const german = speak('de');
    await speak('en');
    await german;
    expect(t('Deploy')).toBe('Deploy');
  });
});

describe('what is made of texts', () => {
  it('is made once for each language', async () => {
    let made = 0;
    const one = inLanguage(() => {
      made++;
      return { label: t('Rule') };
    });
    const english = one();
    expect(one()).toBe(english);
    await speak('de');
    expect(one().label).toBe('Regel');
    expect(english.label).toBe('Rule');
    expect(made).toBe(2);
  });
});
