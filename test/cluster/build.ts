import { ensureClientGo } from '../client-go/client-go.js';
import { ensureBinaries, ensureOlderKubectl } from './binaries.js';

// Before the tests, so that minutes of building are seen as such and count against no test.
await ensureBinaries();
await ensureOlderKubectl();
await ensureClientGo();
