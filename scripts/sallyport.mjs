#!/usr/bin/env node
// `./sallyport` in a checkout: builds it where that was not done, and runs it.
import './build-if-needed.mjs';

// What was just built; the source does not run by itself.
// oxlint-disable-next-line no-restricted-imports
if (!process.exitCode) await import('../dist/cli.js');
