import { ensureBinaries } from './binaries.js';

// Before the tests, so that minutes of building are seen as such and count against no test.
await ensureBinaries();
