import type { Locator } from '@playwright/test';
import { Keys } from './hands';
import { expect, test } from './server';

const problems = (form: Locator) => form.getByRole('list', { name: 'Problems' });

test('a new node is calm until someone has been in its fields', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('send-sms');
  await k.settings();

  // Fields that must be filled are marked, and nothing is wrong yet, also as the server sees it.
  await expect(k.form.getByTitle('Required')).toHaveCount(4);
  const checked = page.waitForResponse((r) => /\/flowrill\/v1\/check$/.test(r.url()));
  await k.type('Welcome');
  await checked;
  await expect(k.form).toContainText('draft');
  await expect(problems(k.form)).toHaveCount(0);
  await expect(k.form.locator('[aria-invalid]')).toHaveCount(0);
  await k.shot('calm-form');

  // Leaving one empty says so, of that one.
  await k.tab(k.field('From'));
  await expect(problems(k.form)).toHaveText('Vonage is required.');
  await k.press('Tab', 'Tab');
  await expect(problems(k.form).getByRole('listitem')).toHaveText(['Vonage is required.', 'From is required.']);

  // Done says all of it, when the form is opened again.
  await k.done();
  await k.press('Enter');
  await expect(problems(k.form).getByRole('listitem')).toHaveText([
    'Vonage is required.',
    'From is required.',
    'To is required.',
    'Text is required.',
  ]);
});

test('an account that is being made survives a reload and goes to the node that asked for it', async ({
  page,
  server,
}) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('send-sms');
  await k.settings();
  await k.tab(k.field('Vonage'));
  await k.press('Alt+Enter');
  await expect(k.field('API key')).toBeVisible();
  await k.type('Shop');
  await expect(k.form).toContainText('not saved yet');
  // It is kept a moment after it was typed.
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          new Promise<string>((done) => {
            indexedDB.databases().then((all) => {
              const open = indexedDB.open(all[0]?.name ?? '');
              open.onsuccess = () => {
                const db = open.result;
                const store = db.objectStoreNames[0];
                if (!store) return done('');
                const get = db.transaction(store).objectStore(store).getAll();
                get.onsuccess = () => {
                  db.close();
                  done(JSON.stringify(get.result));
                };
              };
            });
          }),
      ),
    )
    .toContain('"name":"Shop"');
  await page.reload();
  await expect(k.canvas).toBeVisible();

  await page.getByRole('button', { name: 'Accounts & settings' }).click();
  await page.getByRole('button', { name: /Shop.*not saved yet/ }).click();
  await expect(k.field('Name')).toHaveValue('Shop');
  await k.press('Control+Enter');
  await expect(k.form.getByRole('heading')).toHaveText('send sms');
  await expect(k.field('Vonage')).toContainText('Shop');
  await expect(k.field('Name')).toBeFocused();
  await k.fill('From', 'Flowrill');
  await k.fill('To', '447700900000');
  await k.fill('Text', 'Hello');
  await k.done();
  await k.deploy();
  const flows = await server.flows();
  const shop = flows.find((r) => r['name'] === 'Shop');
  expect(flows.find((r) => r['type'] === 'send-sms')).toHaveProperty('vonage', shop?.['id']);
});

test('rules and typed values, by keyboard', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('switch');
  await k.settings();
  const rule = (n: number) => k.form.getByRole('listitem', { name: `Rule ${n}` });
  const value = (n: number) => rule(n).getByLabel('Value', { exact: true });
  const type = (n: number) => rule(n).getByRole('button', { name: /^Value: type/ });

  // Alt+Insert adds a rule, Alt+↓ opens the types, a prefix is a type.
  await k.tab(value(1));
  await k.type('HELP');
  await k.press('Alt+Insert');
  await expect(rule(2)).toBeVisible();
  await k.tab(value(2));
  await k.press('Alt+ArrowDown');
  await expect(page.getByRole('menuitemradio', { name: 'abc Text' })).toBeVisible();
  await k.press('ArrowDown', 'Enter');
  await expect(type(2)).toContainText('123');
  await expect(value(2)).toBeFocused();
  await k.type('42');
  await k.press('Alt+Insert');
  await k.tab(value(3));
  await k.type('flow.hours');
  await expect(type(3)).toContainText('flow.');
  await expect(value(3)).toHaveValue('hours');

  // The last one up, from its value and from its grip; then it goes.
  await k.press('Alt+Shift+ArrowUp');
  await expect(value(2)).toHaveValue('hours');
  await expect(rule(2).getByRole('button', { name: 'Reorder rule 2' })).toBeFocused();
  await k.press('ArrowUp');
  await expect(value(1)).toHaveValue('hours');
  await k.press('ArrowDown');
  await expect(value(2)).toHaveValue('hours');
  await k.press('Delete');
  await expect(rule(3)).toHaveCount(0);
  await expect(value(1)).toHaveValue('HELP');
  await expect(value(2)).toHaveValue('42');

  // A test that needs another kind of value gets it.
  const test2 = rule(2).getByRole('combobox', { name: 'Test' });
  await k.tab(test2, 'Tab');
  await k.type('is of');
  await expect(test2).toHaveValue('istype');
  await expect(rule(2).getByRole('combobox', { name: 'Value' })).toHaveValue('string');
  await k.press('Tab');
  await k.type('num');
  await k.done();
  await k.settings();
  await expect(rule(2).getByRole('combobox', { name: 'Value' })).toHaveValue('number');
});

test('code has the whole height with F11, and Esc gives it back', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('function');
  await k.settings();
  await k.tab(k.field('On message'));
  const height = async () => (await k.field('On message').boundingBox())?.height ?? 0;
  const before = await height();
  await k.press('F11');
  await expect(k.form.getByRole('button', { name: 'Full height, On message' })).toHaveAttribute('aria-pressed', 'true');
  await expect(k.field('On message')).toBeFocused();
  expect(await height()).toBeGreaterThan(before + 100);
  await k.shot('code-full');
  await k.press('Escape');
  await expect(k.form.getByRole('button', { name: 'Full height, On message' })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
  await expect(k.field('On message')).toBeFocused();
  await k.press('Escape');
  await expect(k.canvas).toBeFocused();
});

test('lists and names, by keyboard', async ({ page, server }) => {
  const k = new Keys(page);
  await k.open(server.url);
  await k.add('http-response');
  await k.settings();
  const headers = k.form.getByRole('group', { name: 'Headers' });
  await k.tab(headers.getByRole('button', { name: 'Add header' }));
  await k.press('Enter');
  await expect(k.field('Header 1 name')).toBeFocused();
  await k.type('Content-Type');
  await k.tab(k.field('Header 1 value'));
  await k.type('text/plain');
  await k.press('Alt+Insert');
  await expect(k.field('Header 2 name')).toBeFocused();
  await k.type('X-Shop');
  await k.press('Alt+Delete');
  await expect(k.field('Header 1 name')).toBeFocused();
  await k.press('Alt+Delete');
  await expect(headers.getByRole('button', { name: 'Add header' })).toBeFocused();
  await k.press('Escape');

  // Choices side by side are one stop; a row's seldom used setting is behind its dots.
  await k.add('change');
  await k.settings();
  const rule = k.form.getByRole('listitem', { name: 'Rule 1' });
  await expect(rule.getByRole('switch', { name: 'Copy' })).toHaveCount(0);
  await k.tab(rule.getByRole('button', { name: 'More settings' }));
  await k.press('Enter');
  await k.tab(rule.getByRole('switch', { name: 'Copy' }), 'Shift+Tab');
  await k.press('Space');
  await expect(rule.getByRole('switch', { name: 'Copy' })).toBeChecked();
});
