/**
 * Injects what must be readable before the database is opened: a start with a broken file then
 * migrates nothing, and the version before can still start.
 */
export const STORAGE_PREREQUISITES = Symbol('prerequisites of storage');
