import { expect, type Locator, type Page } from '@playwright/test';

/** Someone who has a keyboard and nothing else. Locators are only looked at. */
export class Keys {
  constructor(readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const k of keys) await this.page.keyboard.press(k);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Replaces what is in the field that has the focus. */
  async retype(text: string): Promise<void> {
    await this.press('Control+a');
    await this.type(text);
  }

  private canvas(): Locator {
    return this.page.getByRole('application', { name: 'Flow canvas' });
  }

  /** F6 until the canvas has the focus. */
  async toCanvas(): Promise<void> {
    for (let i = 0; i < 9; i++) {
      if (await holdsFocus(this.canvas())) return;
      await this.press('F6');
    }
    throw new Error('F6 does not lead to the canvas');
  }

  /** Tab until something has the focus. */
  async tabTo(what: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await expect(what).toBeVisible();
    for (let i = 0; i < 80; i++) {
      if (await what.evaluate((e) => e === document.activeElement)) return;
      await this.press(key);
    }
    throw new Error(`${key} does not lead to ${what}`);
  }

  /** Runs a command by its name. */
  async command(title: string): Promise<void> {
    await this.choose('Control+k', title);
  }

  /** Goes to a node by its name. */
  async goTo(name: string): Promise<void> {
    await this.choose('Control+p', name);
    await expect(this.page.getByRole('treeitem', { name: new RegExp(`^${name}, `), selected: true })).toBeAttached();
    await expect.poll(() => holdsFocus(this.canvas())).toBe(true);
  }

  private async choose(keys: string, title: string): Promise<void> {
    const dialog = this.page.getByRole('dialog', { name: 'Command palette' });
    await this.press(keys);
    await expect(dialog.getByRole('combobox', { name: 'Command' })).toBeFocused();
    await this.type(title);
    await expect(dialog.getByRole('option', { selected: true })).toContainText(title);
    await this.press('Enter');
    await expect(dialog).toBeHidden();
  }

  /** Renames a node where it stands. */
  async rename(name: string, to: string): Promise<void> {
    await this.goTo(name);
    await this.press('F2');
    await expect(this.page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
    await this.retype(to);
    await this.press('Enter');
    await expect(this.page.getByRole('treeitem', { name: new RegExp(`^${to}, `) })).toBeAttached();
  }
}

export const holdsFocus = (where: Locator): Promise<boolean> =>
  where.evaluate((e) => e === document.activeElement || e.contains(document.activeElement));
