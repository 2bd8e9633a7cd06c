import { Mouse } from './hands';
import { expect, test } from './server';

// The provider waits for an answer that no node gives: the flow runs, and the check has something to say of it.
const webhook = {
  ...{ id: 'hook', type: 'http in', z: 't', name: 'Texts', url: '/in', method: 'get' },
  ...{ x: 200, y: 100, wires: [['see']] },
};
const flows = [
  { id: 't', type: 'tab', label: 'Flow 1' },
  webhook,
  { id: 'see', type: 'debug', z: 't', name: 'See', active: true, complete: 'payload', x: 420, y: 100, wires: [] },
  { id: 'text', type: 'send-sms', z: 't', name: 'Empty', x: 200, y: 200, wires: [[]] },
];
test.use({ flow: { flows } });

test('a notice is on the node, in its tooltip and in what is read of it', async ({ page, server }) => {
  const m = new Mouse(page);
  await m.open(server.url);
  const [hook, see, text] = ['hook', 'see', 'text'].map((id) => page.locator(`.cv-node[data-id=${id}]`));
  await expect(hook!.locator('.cv-noted')).toBeVisible();
  await expect(hook!.locator('.cv-faulty')).toBeHidden();
  await expect(see!.locator('.cv-noted')).toBeHidden();
  await expect(text!.locator('.cv-faulty')).toBeVisible();
  await expect(text!.locator('.cv-noted')).toBeHidden();

  await m.hover('Texts, http-in');
  await expect(page.getByRole('tooltip')).toContainText('Notice: no http-response can be reached');
  await m.hover('Empty, send-sms');
  await expect(page.getByRole('tooltip')).toContainText('Error: To is required');

  // Read out whether or not it has the focus, and again when it had it.
  const item = m.item('Texts, http-in');
  await expect(item).toHaveAccessibleDescription(/^notice: no http-response can be reached/);
  await page.getByRole('application').focus();
  await item.focus();
  await expect(item).toHaveAccessibleDescription(/1 wire out, notice: no http-response can be reached/);
  await m.item('See, debug').focus();
  await expect(item).toHaveAccessibleDescription(/^notice: no http-response can be reached/);
});
