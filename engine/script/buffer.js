// Completes the Buffer class with the parts of Node.js's that the library
// leaves out: encodings, searching, comparing, copying, views.
(Buffer, encode, decode) => {
	const proto = Buffer.prototype;
	const known = {
		utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", ascii: "ascii", latin1: "latin1",
		binary: "latin1", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le",
	};
	const encodingOf = (name) => {
		const encoding = name === undefined || name === null || name === "" ? "utf8" : known[String(name).toLowerCase()];
		if (!encoding) {
			const err = new TypeError("Unknown encoding: " + name);
			err.code = "ERR_UNKNOWN_ENCODING";
			throw err;
		}
		return encoding;
	};
	const { from, alloc } = Buffer;
	const define = (to, members) => {
		for (const name of Object.keys(members)) {
			Object.defineProperty(to, name, { value: members[name], writable: true, configurable: true, enumerable: false });
		}
	};
	const bytesOf = (value, encoding) => (typeof value === "string" ? decode(value, encodingOf(encoding)) : Buffer.isBuffer(value) ? value : Buffer.from(value));
	const place = (n, length, otherwise) => {
		n = n === undefined ? otherwise : Math.trunc(Number(n)) || 0;
		return n < 0 ? Math.max(n + length, 0) : Math.min(n, length);
	};
	const compare = (a, b) => {
		const n = Math.min(a.length, b.length);
		for (let i = 0; i < n; i++) {
			if (a[i] !== b[i]) {
				return a[i] < b[i] ? -1 : 1;
			}
		}
		return Math.sign(a.length - b.length);
	};
	const swap = (size) => function () {
		if (this.length % size !== 0) {
			throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
		}
		for (let i = 0; i < this.length; i += size) {
			Uint8Array.prototype.reverse.call(new Uint8Array(this.buffer, this.byteOffset + i, size));
		}
		return this;
	};
	const search = (buffer, value, at, encoding, step) => {
		if (typeof at === "string") {
			[at, encoding] = [undefined, at];
		}
		if (typeof value === "number") {
			value = [value & 255];
		} else {
			value = bytesOf(value, encoding);
		}
		const last = buffer.length - value.length;
		let i = at === undefined || Number.isNaN(Number(at)) ? (step > 0 ? 0 : last) : Math.trunc(Number(at));
		if (i < 0) {
			i += buffer.length;
		}
		i = step > 0 ? Math.max(i, 0) : Math.min(i, last);
		next: for (; i >= 0 && i <= last; i += step) {
			for (let k = 0; k < value.length; k++) {
				if (buffer[i + k] !== value[k]) {
					continue next;
				}
			}
			return i;
		}
		return -1;
	};
	const view = function (start, end) {
		const first = place(start, this.length, 0);
		return from(this.buffer, this.byteOffset + first, Math.max(place(end, this.length, this.length) - first, 0));
	};
	define(Buffer, {
		from: (value, a, b) => {
			if (typeof value === "string") {
				return decode(value, encodingOf(a));
			}
			if (value && typeof value === "object") {
				if (value.type === "Buffer" && Array.isArray(value.data)) {
					value = value.data;
				}
				if (Array.isArray(value) || typeof value.length === "number" && !ArrayBuffer.isView(value)) {
					const made = Buffer.alloc(value.length);
					for (let i = 0; i < value.length; i++) {
						made[i] = value[i];
					}
					return made;
				}
			}
			return from(value, a, b);
		},
		alloc: (size, fill, encoding) => {
			const made = alloc(size);
			return fill === undefined || fill === 0 ? made : made.fill(fill, encoding);
		},
		allocUnsafe: (size) => alloc(size),
		allocUnsafeSlow: (size) => alloc(size),
		isBuffer: (x) => x instanceof Buffer,
		isEncoding: (name) => typeof name === "string" && known[name.toLowerCase()] !== undefined,
		byteLength: (value, encoding) => (typeof value === "string" ? decode(value, encodingOf(encoding)).length : value.byteLength),
		compare,
		concat: (list, length) => {
			const parts = Array.from(list);
			const total = length === undefined ? parts.reduce((sum, p) => sum + p.length, 0) : length;
			const made = Buffer.alloc(total);
			let at = 0;
			for (const p of parts) {
				if (at >= total) {
					break;
				}
				const part = at + p.length > total ? p.subarray(0, total - at) : p;
				made.set(part, at);
				at += part.length;
			}
			return made;
		},
	});
	Object.defineProperty(Buffer, Symbol.species, {
		value: function (a, b, c) {
			return typeof a === "number" ? alloc(a) : from(a, b, c);
		},
	});
	define(proto, {
		toString: function (encoding, start, end) {
			const first = Math.max(place(start, this.length, 0), 0);
			return encode(this, encodingOf(encoding), first, Math.max(place(end, this.length, this.length), first));
		},
		toLocaleString: function (encoding) {
			return this.toString(encoding);
		},
		toJSON: function () {
			return { type: "Buffer", data: Array.prototype.slice.call(this) };
		},
		equals: function (other) {
			return compare(this, other) === 0;
		},
		compare: function (other, start, end, from, to) {
			return compare(this.subarray(from || 0, to === undefined ? this.length : to), other.subarray(start || 0, end === undefined ? other.length : end));
		},
		copy: function (target, at = 0, start = 0, end = this.length) {
			const part = this.subarray(start, Math.min(end, start + Math.max(target.length - at, 0)));
			target.set(part, at);
			return part.length;
		},
		slice: view,
		subarray: view,
		indexOf: function (value, at, encoding) {
			return search(this, value, at, encoding, 1);
		},
		lastIndexOf: function (value, at, encoding) {
			return search(this, value, at, encoding, -1);
		},
		includes: function (value, at, encoding) {
			return search(this, value, at, encoding, 1) >= 0;
		},
		fill: function (value, start, end, encoding) {
			if (typeof start === "string") {
				[start, end, encoding] = [undefined, undefined, start];
			} else if (typeof end === "string") {
				[end, encoding] = [undefined, end];
			}
			const first = place(start, this.length, 0);
			const last = place(end, this.length, this.length);
			if (typeof value === "number" || typeof value === "boolean") {
				return Uint8Array.prototype.fill.call(this, value & 255, first, last);
			}
			const pattern = bytesOf(value, encoding);
			for (let i = first; i < last; i++) {
				this[i] = pattern.length ? pattern[(i - first) % pattern.length] : 0;
			}
			return this;
		},
		write: function (text, at, length, encoding) {
			if (typeof at === "string") {
				[at, length, encoding] = [0, undefined, at];
			} else if (typeof length === "string") {
				[length, encoding] = [undefined, length];
			}
			at = at || 0;
			const bytes = decode(String(text), encodingOf(encoding));
			return bytes.copy(this, at, 0, Math.min(bytes.length, length === undefined ? bytes.length : length));
		},
		swap16: swap(2),
		swap32: swap(4),
		swap64: swap(8),
	});
}
