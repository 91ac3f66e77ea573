/** Where the database is: a file, or a server with all that it takes to get in. */
export type StorageLocation =
  | {
      readonly dialect: 'sqlite';
      readonly path: string;
      /** Of an `AdoptedFile`. */
      readonly adopted: SharedArrayBuffer;
    }
  | { readonly dialect: 'postgres'; readonly url: string };

/** The address that stands for a file in the data folder. */
export const SQLITE_URL = 'sqlite:';
