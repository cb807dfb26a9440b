declare module "*.wasm?url" {
  const url: string;
  // biome-ignore lint/style/noDefaultExport: this is how vite gives the address of an asset
  export default url;
}
