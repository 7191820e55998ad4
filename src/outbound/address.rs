//! Which addresses may be called, whatever spelling they come in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// Where calls may go. Link-local and metadata addresses are never called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Egress {
    /// Anywhere else, this machine and private networks included.
    Any,
    /// Public addresses only.
    Public,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("the host's address is link-local or a metadata service, which is never called")]
    Metadata,
    #[error("the host's address is not public, and only public addresses may be called")]
    NotPublic,
    #[error("the host name does not resolve")]
    UnknownHost,
    #[error("the host name could not be looked up on this machine")]
    NotLookedUp,
}

impl Egress {
    /// Judges a host that is written as an address; a name is judged by [`Guard`](super::dns::Guard) once it is resolved.
    pub(super) fn judge_host(self, host: Option<Host<&str>>) -> Result<(), Refused> {
        match host {
            Some(Host::Ipv4(address)) => self.judge(address.into()),
            Some(Host::Ipv6(address)) => self.judge(address.into()),
            Some(Host::Domain(_)) => Ok(()),
            None => Err(Refused::UnknownHost),
        }
    }

    pub(super) fn judge(self, address: IpAddr) -> Result<(), Refused> {
        let inner = match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(v6) => embedded(v6),
        };
        if metadata(address) || inner.is_some_and(|v4| metadata(v4.into())) {
            return Err(Refused::Metadata);
        }
        let public = match (address, inner) {
            (IpAddr::V4(v4), _) | (IpAddr::V6(_), Some(v4)) => public_v4(v4),
            (IpAddr::V6(v6), None) => public_v6(v6),
        };
        if self == Egress::Public && !public { Err(Refused::NotPublic) } else { Ok(()) }
    }
}

/// The IPv4 address that an IPv6 address stands for: v4-mapped, v4-compatible, NAT64 (RFC 6052, 8215), 6to4, Teredo.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0] if g == 0 && h <= 1 => None,
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] | [0x64, 0xff9b, 1, ..] => v4(g, h),
        [0x2002, ..] => v4(b, c),
        [0x2001, 0, ..] => v4(!g, !h),
        _ => None,
    }
}

/// Link-local networks, and where clouds keep credentials outside of them: Amazon, Google (IPv6), Alibaba, Oracle, Azure.
fn metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => a.is_link_local() || matches!(a.octets(), [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16]),
        IpAddr::V6(a) => a.is_unicast_link_local() || matches!(a.segments(), [0xfd00, 0xec2, ..] | [0xfd20, 0xce, ..]),
    }
}

/// Not in the special-purpose registry of IANA (RFC 6890).
fn public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [172, 16..=31, ..]
            | [169, 254, ..]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

/// Global unicast (`2000::/3`) without what RFC 6890 and RFC 9637 take out of it.
fn public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(address: &str, egress: Egress) -> Result<(), Refused> {
        egress.judge(address.parse().unwrap())
    }

    #[test]
    fn link_local_and_metadata_are_never_called_in_any_spelling() {
        for address in [
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "2001:0:0:0:0:0:5601:5601",
            "::ffff:0:169.254.169.254",
        ] {
            assert_eq!(judged(address, Egress::Any), Err(Refused::Metadata), "{address}");
            assert_eq!(judged(address, Egress::Public), Err(Refused::Metadata), "{address}");
        }
    }

    #[test]
    fn public_egress_refuses_what_is_not_public() {
        for address in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "192.88.99.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fc00::1",
            "fd12:3456::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001:2::1",
        ] {
            assert_eq!(judged(address, Egress::Public), Err(Refused::NotPublic), "{address}");
            assert_eq!(judged(address, Egress::Any), Ok(()), "{address}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for address in
            ["8.8.8.8", "100.128.0.1", "172.32.0.1", "192.0.1.1", "2a00:1450::1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
        {
            assert_eq!(judged(address, Egress::Public), Ok(()), "{address}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_ipv4_address_is_judged_alike_in_every_ipv6_disguise(bits: u32) {
            let v4 = Ipv4Addr::from(bits);
            let [high, low] = [(bits >> 16) as u16, bits as u16];
            let disguises = [
                v4.to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
            ];
            for (v6, egress) in disguises.into_iter().zip([Egress::Public; 4]).chain(disguises.into_iter().zip([Egress::Any; 4])) {
                proptest::prop_assert_eq!(egress.judge(v6.into()), egress.judge(v4.into()), "{} {}", v6, v4);
            }
        }
    }
}
