/** Location of the database: a file, or a server with its credentials. */
export type StorageLocation =
  | {
      readonly dialect: 'sqlite';
      readonly path: string;
      /** Memory of an `AdoptedFile`. */
      readonly adopted: SharedArrayBuffer;
    }
  | { readonly dialect: 'postgres'; readonly url: string };

/** The address of the file in the data folder. */
export const SQLITE_URL = 'sqlite:';
