import type { Page } from '@playwright/test';

interface Server {
  call: (path: string, init?: RequestInit) => Promise<Response>;
}

export interface View {
  flow: string;
  /** Pictures only: axe has seen its parts elsewhere. */
  look?: boolean;
  signedOut?: boolean;
  before?: (page: Page) => Promise<unknown>;
  act?: (page: Page, server: Server) => Promise<unknown>;
  after?: (server: Server) => Promise<unknown>;
}

export const views: Record<string, View>;
export const sources: Record<string, () => string | Record<string, unknown>[]>;
