import type { CompilerOptions } from "ts-morph";

/** What the compiler checks notebooks and modules with: no default library but the language's own, for speed. */
export const COMPILER_OPTIONS: CompilerOptions = {
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  allowJs: true,
  resolveJsonModule: true,
  types: [],
  lib: ["lib.es2023.d.ts"],
  target: 10, // ES2023
  module: 99, // ESNext
  moduleResolution: 100, // bundler
};

/**
 * Types of the part of Deno and of the web platform that notebooks use. Deno's own declarations are twenty times as long, and
 * the compiler would read them in each extraction.
 */
export const AMBIENT = `
declare namespace Deno {
  const args: string[];
  const jupyter: any;
  const env: { get(key: string): string | undefined; set(key: string, value: string): void; toObject(): Record<string, string> };
  interface DirEntry { name: string; isFile: boolean; isDirectory: boolean; isSymlink: boolean }
  function cwd(): string;
  function chdir(path: string | URL): void;
  function exit(code?: number): never;
  function readTextFile(path: string | URL): Promise<string>;
  function readTextFileSync(path: string | URL): string;
  function readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>>;
  function readFileSync(path: string | URL): Uint8Array<ArrayBuffer>;
  function readDir(path: string | URL): AsyncIterable<DirEntry>;
  function readDirSync(path: string | URL): IteratorObject<DirEntry>;
  function writeTextFile(path: string | URL, data: string, options?: object): Promise<void>;
  function writeTextFileSync(path: string | URL, data: string, options?: object): void;
  function writeFile(path: string | URL, data: Uint8Array, options?: object): Promise<void>;
  function writeFileSync(path: string | URL, data: Uint8Array, options?: object): void;
  function mkdir(path: string | URL, options?: object): Promise<void>;
  function remove(path: string | URL, options?: object): Promise<void>;
  function stat(path: string | URL): Promise<{ size: number; isFile: boolean; isDirectory: boolean; mtime: Date | null }>;
  function open(path: string | URL, options?: object): Promise<any>;
  const test: any;
}
interface ImportMeta { readonly url: string; readonly main: boolean; readonly dirname: string; readonly filename: string }
interface Console { [method: string]: (...data: any[]) => void }
declare const console: Console;
declare class URLSearchParams { constructor(init?: any); get(name: string): string | null; set(name: string, value: string): void; toString(): string }
declare class URL {
  constructor(url: string | URL, base?: string | URL);
  href: string; protocol: string; host: string; pathname: string; search: string; readonly searchParams: URLSearchParams;
  toString(): string;
}
declare class Response {
  readonly ok: boolean; readonly status: number; readonly body: any;
  text(): Promise<string>; json(): Promise<any>; arrayBuffer(): Promise<ArrayBuffer>; bytes(): Promise<Uint8Array<ArrayBuffer>>;
}
declare function fetch(input: string | URL, init?: any): Promise<Response>;
declare class TextDecoder { constructor(label?: string, options?: object); decode(input?: ArrayBuffer | ArrayBufferView, options?: object): string }
declare class TextEncoder { encode(input?: string): Uint8Array<ArrayBuffer> }
declare const performance: { now(): number };
declare const crypto: { getRandomValues<T>(array: T): T; randomUUID(): string; subtle: any };
declare function structuredClone<T>(value: T): T;
declare function setTimeout(handler: (...args: any[]) => void, milliseconds?: number, ...args: any[]): number;
declare function clearTimeout(id?: number): void;
declare function setInterval(handler: (...args: any[]) => void, milliseconds?: number, ...args: any[]): number;
declare function clearInterval(id?: number): void;
declare function queueMicrotask(callback: () => void): void;
declare function atob(data: string): string;
declare function btoa(data: string): string;
declare module "node:fs" {
  export function readFileSync(path: string | URL, options: string | { encoding: string }): string;
  export function readFileSync(path: string | URL): Uint8Array<ArrayBuffer>;
  export function writeFileSync(path: string | URL, data: string | Uint8Array, options?: string | object): void;
  export function existsSync(path: string | URL): boolean;
  export function readdirSync(path: string | URL): string[];
  export function mkdirSync(path: string | URL, options?: object): void;
  const fs: typeof import("node:fs") & Record<string, any>;
  export default fs;
}
declare module "node:path" {
  export function join(...paths: string[]): string;
  export function resolve(...paths: string[]): string;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  const path: typeof import("node:path") & Record<string, any>;
  export default path;
}
declare module "node:util" {
  export function parseArgs(config: any): { values: Record<string, any> };
}
`;

/** Names of the web platform and of Node that are always there, beside those with types above. */
export const PLATFORM_NAMES: ReadonlySet<string> = new Set(
  (
    "AbortController AbortSignal Blob BroadcastChannel Buffer CompressionStream CustomEvent DOMException DecompressionStream " +
    "Event EventTarget File FileReader FormData Headers ImageData MessageChannel MessagePort Navigator Performance ReadableStream " +
    "Request Storage TextDecoderStream TextEncoderStream TransformStream WebAssembly WebSocket Worker WritableStream alert " +
    "arguments cancelAnimationFrame close confirm exports global history localStorage location module name navigator process " +
    "prompt reportError require requestAnimationFrame self sessionStorage setImmediate undefined window document"
  ).split(" "),
);
