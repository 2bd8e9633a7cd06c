// Completes the Buffer class with the parts of Node.js's that the library
// leaves out: encodings, searching, comparing, copying, views.
(Buffer, encode, decode) => {
	const proto = Buffer.prototype;
	const known = {
		utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", ascii: "ascii", latin1: "latin1",
		binary: "latin1", ucs2: "utf16le", "ucs-2": "utf16le", utf16le: "utf16le", "utf-16le": "utf16le",
	};
	const encodingOf = (name) => {
		const encoding = name === undefined || name === "" ? "utf8" : known[String(name).toLowerCase()];
		if (!encoding) {
			const err = new TypeError("Unknown encoding: " + name);
			err.code = "ERR_UNKNOWN_ENCODING";
			throw err;
		}
		return encoding;
	};
	const { from, alloc } = Buffer;
	Object.defineProperty(Buffer, "name", { value: "Buffer", configurable: true });
	const received = (x) => {
		switch (typeof x) {
		case "string":
			return `type string ('${x.length > 28 ? x.slice(0, 25) + "..." : x}')`;
		case "function":
			return `function ${x.name}`;
		case "object":
			return x === null ? "null" : x.constructor && x.constructor.name ? `an instance of ${x.constructor.name}` : "[Object: null prototype] {}";
		case "undefined":
			return "undefined";
		}
		return `type ${typeof x} (${String(x)}${typeof x === "bigint" ? "n" : ""})`;
	};
	const failed = (class_, code, text) => {
		const err = new class_(text);
		err.code = code;
		return err;
	};
	const wrongType = (what, wanted, x) => failed(TypeError, "ERR_INVALID_ARG_TYPE", `${what} must be ${wanted}. Received ${received(x)}`);
	const outOfRange = (name, range, x) => failed(RangeError, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${
		typeof x === "bigint" ? digits(x) + "n" : typeof x === "number" && Math.abs(x) > 2 ** 32 && Number.isInteger(x) ? digits(x) : x}`);
	const digits = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "_");
	const isBytes = (x) => x instanceof Uint8Array;
	const needBytes = (name, x) => {
		if (!isBytes(x)) {
			throw wrongType(`The "${name}" argument`, "an instance of Buffer or Uint8Array", x);
		}
		return x;
	};
	const needSize = (size) => {
		if (typeof size !== "number") {
			throw wrongType('The "size" argument', "of type number", size);
		}
		if (!(size >= 0 && size <= Number.MAX_SAFE_INTEGER)) {
			throw outOfRange("size", ">= 0 && <= 9007199254740991", size);
		}
		return size;
	};
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
			throw failed(RangeError, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
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
		} else if (typeof value === "string" || isBytes(value)) {
			value = bytesOf(value, encoding);
		} else {
			throw wrongType('The "value" argument', "one of type number or string or an instance of Buffer or Uint8Array", value);
		}
		const last = buffer.length - value.length;
		let i = at === undefined || Number.isNaN(Number(at)) ? (step > 0 ? 0 : last) : Math.trunc(Number(at));
		if (i < 0) {
			i += buffer.length;
		}
		if (value.length === 0) {
			return Math.max(0, Math.min(i, buffer.length));
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
				if (typeof value.valueOf() === "string") {
					return decode(String(value), encodingOf(a));
				}
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
			if (!(value instanceof ArrayBuffer) && !ArrayBuffer.isView(value)) {
				throw wrongType("The first argument", "of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object", value);
			}
			return from(value, a, b);
		},
		of: (...items) => Buffer.from(items),
		copyBytesFrom: (view, at, length) => {
			const part = view.slice(at || 0, length === undefined ? undefined : (at || 0) + length);
			return Buffer.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
		},
		alloc: (size, fill, encoding) => {
			const made = alloc(needSize(size));
			return fill === undefined || fill === 0 ? made : made.fill(fill, encoding);
		},
		allocUnsafe: (size) => alloc(needSize(size)),
		allocUnsafeSlow: (size) => alloc(needSize(size)),
		isBuffer: (x) => x instanceof Buffer,
		isEncoding: (name) => typeof name === "string" && known[name.toLowerCase()] !== undefined,
		byteLength: (value, encoding) => {
			if (typeof value === "string") {
				return decode(value, encodingOf(encoding)).length;
			}
			if (!(value instanceof ArrayBuffer) && !ArrayBuffer.isView(value)) {
				throw wrongType('The "string" argument', "of type string or an instance of Buffer or ArrayBuffer", value);
			}
			return value.byteLength;
		},
		compare: (a, b) => compare(needBytes("buf1", a), needBytes("buf2", b)),
		concat: (list, length) => {
			if (!Array.isArray(list)) {
				throw wrongType('The "list" argument', "an instance of Array", list);
			}
			const parts = Array.from(list);
			parts.forEach((p, i) => needBytes(`list[${i}]`, p));
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
			const first = start < 0 ? 0 : place(start, this.length, 0);
			return encode(this, encodingOf(encoding), first, end < 0 ? first : Math.max(place(end, this.length, this.length), first));
		},
		toLocaleString: function (encoding) {
			return this.toString(encoding);
		},
		toJSON: function () {
			return { type: "Buffer", data: Array.prototype.slice.call(this) };
		},
		inspect: function () {
			return `<Buffer${this.toString("hex", 0, 50).replace(/../g, " $&")}${this.length > 50 ? ` ... ${this.length - 50} more byte${this.length > 51 ? "s" : ""}` : ""}>`;
		},
		equals: function (other) {
			return compare(this, needBytes("otherBuffer", other)) === 0;
		},
		compare: function (other, start, end, from, to) {
			needBytes("target", other);
			return compare(this.subarray(from || 0, to === undefined ? this.length : to), other.subarray(start || 0, end === undefined ? other.length : end));
		},
		copy: function (target, at = 0, start = 0, end = this.length) {
			needBytes("target", target);
			if (start < 0 || start > this.length) {
				throw outOfRange("sourceStart", `>= 0 && <= ${this.length}`, start);
			}
			if (at >= target.length) {
				return 0;
			}
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
			if (pattern.length === 0 && value.length > 0) {
				throw failed(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'value' is invalid. Received '${value}'`);
			}
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
			if (typeof text !== "string") {
				throw failed(TypeError, "ERR_INVALID_ARG_TYPE", "argument must be a string");
			}
			at = at || 0;
			if (at < 0 || at > this.length) {
				throw outOfRange("offset", `>= 0 && <= ${this.length}`, at);
			}
			encoding = encodingOf(encoding);
			const bytes = decode(text, encoding);
			let n = Math.min(bytes.length, this.length - at, length === undefined ? bytes.length : length);
			if (encoding === "utf8" && n < bytes.length) { // no part of a character
				while (n > 0 && (bytes[n] & 0xc0) === 0x80) {
					n--;
				}
			}
			return bytes.copy(this, at, 0, n);
		},
		swap16: swap(2),
		swap32: swap(4),
		swap64: swap(8),
	});
	// Numbers: by name, the bytes and the DataView's word.
	const place1 = (buffer, at, size) => {
		if (typeof at !== "number") {
			throw wrongType('The "offset" argument', "of type number", at);
		}
		if (!Number.isInteger(at)) {
			throw outOfRange("offset", "an integer", at);
		}
		if (buffer.length < size) {
			throw failed(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
		}
		if (at < 0 || at + size > buffer.length) {
			throw outOfRange("offset", `>= 0 and <= ${buffer.length - size}`, at);
		}
		return new DataView(buffer.buffer, buffer.byteOffset + at, size);
	};
	const bounded = (value, least, most, range) => {
		if (value < least || value > most) {
			throw outOfRange("value", range, value);
		}
	};
	const both = (name) => [name, name.replace("UInt", "Uint")];
	for (const [name, size, word] of [["UInt8", 1], ["Int8", 1], ["UInt16", 2], ["Int16", 2], ["UInt32", 4], ["Int32", 4],
		["BigUInt64", 8], ["BigInt64", 8], ["Float", 4, "Float32"], ["Double", 8, "Float64"]]) {
		const view = word || name.replace("UInt", "Uint");
		const big = name.startsWith("Big"), real = Boolean(word), unsigned = name.includes("UInt");
		const bits = size * 8, one = big ? 1n : 1, two = big ? 2n : 2, power = (n) => two ** (big ? BigInt(n) : n);
		const least = unsigned ? one - one : -power(bits - 1), most = power(unsigned ? bits : bits - 1) - one;
		const range = big ? (unsigned ? `>= 0n and < 2n ** ${bits}n` : `>= -(2n ** ${bits - 1}n) and < 2n ** ${bits - 1}n`) : `>= ${least} and <= ${most}`;
		for (const end of size === 1 ? [""] : ["LE", "BE"]) {
			const little = end === "LE";
			const read = function (at = 0) {
				return place1(this, at, size)["get" + view](0, little);
			};
			const write = function (value, at = 0) {
				if (big) {
					if (typeof value !== "bigint") {
						throw wrongType('The "value" argument', "of type bigint", value);
					}
				} else {
					value = Number(value);
				}
				if (!real) {
					bounded(value, least, most, range);
				}
				place1(this, at, size)["set" + view](0, value, little);
				return at + size;
			};
			for (const n of both(name)) {
				define(proto, { ["read" + n + end]: read, ["write" + n + end]: write });
			}
		}
	}
	for (const unsigned of [true, false]) {
		for (const end of ["LE", "BE"]) {
			const bytes = (size) => {
				if (typeof size !== "number") {
					throw wrongType('The "byteLength" argument', "of type number", size);
				}
				if (!(size >= 1 && size <= 6)) {
					throw outOfRange("byteLength", ">= 1 and <= 6", size);
				}
				return size;
			};
			const read = function (at, size) {
				const view = place1(this, at, bytes(size));
				let n = 0;
				for (let i = 0; i < size; i++) {
					n = n * 256 + view.getUint8(end === "LE" ? size - 1 - i : i);
				}
				return unsigned || n < 2 ** (size * 8 - 1) ? n : n - 2 ** (size * 8);
			};
			const write = function (value, at, size) {
				value = Number(value);
				const bits = bytes(size) * 8, least = unsigned ? 0 : -(2 ** (bits - 1)), most = 2 ** (unsigned ? bits : bits - 1) - 1;
				bounded(value, least, most, size > 4 ? (unsigned ? `>= 0 and < 2 ** ${bits}` : `>= -(2 ** ${bits - 1}) and < 2 ** ${bits - 1}`) : `>= ${least} and <= ${most}`);
				const view = place1(this, at, size);
				let n = Math.trunc(value) < 0 ? Math.trunc(value) + 2 ** bits : Math.trunc(value);
				for (let i = 0; i < size; i++) {
					view.setUint8(end === "LE" ? i : size - 1 - i, n % 256);
					n = Math.floor(n / 256);
				}
				return at + size;
			};
			for (const n of both(unsigned ? "UInt" : "Int")) {
				define(proto, { ["read" + n + end]: read, ["write" + n + end]: write });
			}
		}
	}
}
