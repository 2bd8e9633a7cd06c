import 'fake-indexeddb/auto';
import { configureGlobal } from 'fast-check';

// The same examples every time; FAST_CHECK_SEED tries others.
configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 1) });
