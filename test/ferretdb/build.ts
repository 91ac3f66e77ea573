import { ensureFerretdb } from './ferretdb-binary.js';

// Before the tests, so that minutes of building are seen as such and count against no test.
await ensureFerretdb();
