// The type of `openapi.json` as it is imported. The compiler need not read the document.
declare const document: unknown
export = document
