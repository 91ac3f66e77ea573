/** Finalizers of an owner that waits for its dependents to be deleted or orphaned. */
export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';
