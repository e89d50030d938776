/** Jobs are channels with an import under way. */
export const IMPORT_QUEUE = "import";
