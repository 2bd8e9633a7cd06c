// What Node.js has and the engine does not, said in JavaScript. It runs when
// a runtime is made, so it is short.
(() => {
	const add = (to, members) => {
		for (const name of Object.keys(members)) {
			if (!Object.prototype.hasOwnProperty.call(to, name)) {
				Object.defineProperty(to, name, { value: members[name], writable: true, configurable: true, enumerable: false });
			}
		}
	};
	add(Object, {
		groupBy: (items, key) => {
			const groups = Object.create(null);
			let i = 0;
			for (const item of items) {
				(groups[key(item, i++)] ??= []).push(item);
			}
			return groups;
		},
	});
	add(Promise, {
		withResolvers: function () {
			const made = {};
			made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }));
			return made;
		},
	});
	const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
	add(String.prototype, {
		isWellFormed: function () {
			return String(this).search(lone) < 0;
		},
		toWellFormed: function () {
			return String(this).replace(lone, "\ufffd");
		},
	});
	const iso = Date.prototype.toISOString;
	Object.defineProperty(Date.prototype, "toISOString", {
		value: function toISOString() {
			// the engine writes years beyond four digits short
			return iso.call(this).replace(/^([+-])(\d{4,5})-/, (_, sign, year) => sign + year.padStart(6, "0") + "-");
		},
		writable: true, configurable: true, enumerable: false,
	});
	add(Error, { captureStackTrace: () => undefined });
	Object.defineProperty(Number.prototype, "toLocaleString", {
		value: function (locale, options = {}) {
			const n = Number(this);
			if (!isFinite(n)) {
				return isNaN(n) ? "NaN" : n < 0 ? "-∞" : "∞";
			}
			const money = options.style === "currency", percent = options.style === "percent";
			const least = options.minimumFractionDigits ?? (money ? Math.min(2, options.maximumFractionDigits ?? 2) : 0);
			const most = Math.max(options.maximumFractionDigits ?? (money ? 2 : percent ? 0 : 3), least);
			const size = Math.abs(percent ? n * 100 : n);
			let [whole, fraction = ""] = size < 1e21 ? size.toFixed(most).split(".") : [String(BigInt(size))];
			whole = whole.padStart(options.minimumIntegerDigits ?? 1, "0");
			while (fraction.length > least && fraction.endsWith("0")) {
				fraction = fraction.slice(0, -1);
			}
			if (options.useGrouping !== false) {
				whole = whole.replace(/\B(?=(\d{3})+$)/g, ",");
			}
			const sign = money ? { USD: "$", EUR: "€", GBP: "£", JPY: "¥" }[options.currency] ?? options.currency + "\u00a0" : "";
			return (n < 0 ? "-" : "") + sign + whole + (fraction ? "." + fraction : "") + (percent ? "%" : "");
		},
		writable: true, configurable: true, enumerable: false,
	});
	// Dates as the locale en-US writes them; of the options those that say how
	// to write a number, a name or half a day.
	const two = (n) => String(n).padStart(2, "0");
	const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
	const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
	const dateOf = (d, o) => {
		const day = o.day === "2-digit" ? two(d.getDate()) : String(d.getDate());
		const year = o.year === "2-digit" ? two(d.getFullYear() % 100) : String(d.getFullYear());
		const month = months[d.getMonth()];
		const name = o.weekday && (o.weekday === "long" ? days[d.getDay()] : days[d.getDay()].slice(0, 3));
		let text;
		if (o.month === "long" || o.month === "short") {
			text = (o.month === "long" ? month : month.slice(0, 3)) + (o.day ? " " + day : "");
			text += o.year ? (o.day ? ", " : " ") + year : "";
		} else {
			const number = o.month === "2-digit" ? two(d.getMonth() + 1) : String(d.getMonth() + 1);
			text = [o.month && number, o.day && day, o.year && year].filter(Boolean).join("/");
		}
		return [name, text].filter(Boolean).join(", ");
	};
	const timeOf = (d, o) => {
		const half = o.hour12 ?? !(o.hourCycle === "h23" || o.hourCycle === "h24");
		const hours = half ? d.getHours() % 12 || 12 : d.getHours();
		const parts = [];
		if (o.hour) {
			parts.push(o.hour === "2-digit" || !half ? two(hours) : String(hours));
		}
		if (o.minute) {
			parts.push(two(d.getMinutes()));
		}
		if (o.second) {
			parts.push(two(d.getSeconds()));
		}
		return parts.join(":") + (o.hour && half ? (d.getHours() < 12 ? " AM" : " PM") : "");
	};
	const dateStyles = {
		full: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
		long: { year: "numeric", month: "long", day: "numeric" },
		medium: { year: "numeric", month: "short", day: "numeric" },
		short: { year: "2-digit", month: "numeric", day: "numeric" },
	};
	const timeStyles = {
		medium: { hour: "numeric", minute: "2-digit", second: "2-digit" },
		short: { hour: "numeric", minute: "2-digit" },
	};
	timeStyles.full = timeStyles.long = timeStyles.medium;
	const written = (date, time) => function (locale, options) {
		let o = { ...options };
		if (isNaN(this)) {
			return "Invalid Date";
		}
		if (o.dateStyle || o.timeStyle) {
			o = { ...dateStyles[o.dateStyle], ...timeStyles[o.timeStyle], timeZone: o.timeZone, hour12: o.hour12 };
		}
		const zone = o.timeZone === "UTC" || o.timeZone === "GMT";
		const d = zone ? new Date(this.getTime() + this.getTimezoneOffset() * 60000) : this;
		const hasDate = o.weekday || o.year || o.month || o.day, hasTime = o.hour || o.minute || o.second;
		if (date && !hasDate && !(time && hasTime)) {
			o = { ...o, year: "numeric", month: "numeric", day: "numeric" };
		}
		if (time && !hasTime && !(date && hasDate)) {
			o = { ...o, hour: "numeric", minute: "2-digit", second: "2-digit" };
		}
		const day = o.weekday || o.year || o.month || o.day ? dateOf(d, o) : "";
		const at = o.month === "long" ? " at " : o.weekday && !o.month && !o.day && !o.year ? " " : ", ";
		return [day, o.hour || o.minute || o.second ? timeOf(d, o) : ""].filter(Boolean).join(at);
	};
	for (const [name, date, time] of [["toLocaleString", true, true], ["toLocaleDateString", true, false], ["toLocaleTimeString", false, true]]) {
		Object.defineProperty(Date.prototype, name, { value: written(date, time), writable: true, configurable: true, enumerable: false });
	}
})();
