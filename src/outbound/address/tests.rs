//! Every spelling of an address that may not be called.

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
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:a9fe:a9:fe00:808:808",
        "64:ff9b:1:ffa9:fe:a9fe::",
        "64:ff9b:1:ffff:a9:fea9:fe00:0",
        "64:ff9b:1:ffff:ffff:ffff:a9fe:a9fe",
        "64:ff9b:1:0:64:6464:c800:0",
        "2002:a9fe:a9fe::1",
        "2001:0:0:0:0:0:5601:5601",
        "2001:0:a9fe:a9fe::f7f7:f7f7",
        "::ffff:0:169.254.169.254",
        "2600:1234::5efe:169.254.169.254",
        "2600:1234:5:6:200:5efe:a9fe:a9fe",
        "2002:808:808::200:5efe:100.100.100.200",
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
        "64:ff9b:1::7f00:1",
        "64:ff9b:1:7f00:0:100::",
        "64:ff9b:1:a00:1:200:808:808",
        "2600:1234::5efe:10.0.0.1",
        "2600:1234::200:5efe:127.0.0.1",
        "fd00::5efe:8.8.8.8",
        "64:ff9b:1::",
        "64:ff9b:2::808:808",
        "2001:0:a00:1::f7f7:f7f7",
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
    for address in [
        "8.8.8.8",
        "100.128.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "2a00:1450::1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "64:ff9b:1::808:808",
        "2001::f7f7:f7f7",
        "2600:1234::5efe:8.8.8.8",
    ] {
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
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
            Ipv6Addr::new(0x2600, 1, 2, 3, 0, 0x5efe, high, low),
            Ipv6Addr::new(0x2600, 1, 2, 3, 0x200, 0x5efe, high, low),
        ];
        for (v6, egress) in disguises.into_iter().flat_map(|v6| [(v6, Egress::Public), (v6, Egress::Any)]) {
            proptest::prop_assert_eq!(egress.judge(v6.into()), egress.judge(v4.into()), "{} {}", v6, v4);
        }
    }

    #[test]
    fn whatever_stands_around_it_an_ipv4_address_is_found_at_each_place_of_a_local_nat64(bits: u32, around: [u8; 10]) {
        let v4 = Ipv4Addr::from(bits);
        for place in [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]] {
            let mut octets = [0, 0x64, 0xff, 0x9b, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            octets[6..].copy_from_slice(&around);
            place.into_iter().zip(v4.octets()).for_each(|(at, octet): (usize, u8)| octets[at] = octet);
            let v6 = IpAddr::from(octets);
            for egress in [Egress::Public, Egress::Any] {
                let allowed = egress.judge(v6).is_ok() && v4.octets()[0] != 0;
                proptest::prop_assert!(!allowed || egress.judge(v4.into()).is_ok(), "{} {}", v6, v4);
            }
        }
    }
}
