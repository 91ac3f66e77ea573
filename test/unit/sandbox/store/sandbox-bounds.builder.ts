/** For specs that make a bound smaller. */
export type SandboxBounds = typeof import('../../../../src/sandbox/store/sandbox-bounds.js');
