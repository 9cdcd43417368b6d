import { statfs } from "node:fs/promises";
import type { Disk } from "../core/host";

/** The disks of this machine. */
export const nodeDisk: Disk = {
  free: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};
