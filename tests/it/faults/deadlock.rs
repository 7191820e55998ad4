//! Two gateways and somebody else who takes the same rows in the opposite order: no user sees a deadlock.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{
    crowd::{Crowd, write_till},
    judge::judge,
};
use crate::{
    lives::{backend::Backend, served::Served},
    support::{
        command::Folder,
        database::{client, drop_database, fresh_postgres},
        long::long,
        patience::{PATIENCE, in_time},
    },
};

/// Takes the rows of three users, the last one first, until it is over. It waits so long that a gateway is the victim. Turns that waited
/// for it are answered together, so their users write together: it comes again at once, and meets a group of them.
async fn cross(url: String, over: Arc<AtomicBool>) {
    let mut other = client(&url).await;
    other.batch_execute("SET deadlock_timeout = '60s'").await.unwrap();
    while !over.load(Ordering::Relaxed) {
        let transaction = other.transaction().await.unwrap();
        for user in ["u4", "u2", "u0"] {
            transaction.execute("UPDATE conversations SET created_at = created_at WHERE \"user\" = $1", &[&user]).await.unwrap();
        }
        transaction.commit().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await; // others come by now and then
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_repeated_unseen() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_postgres().await);
    write_till(folder.root(), &backend);
    let served = [(); 2].map(|()| Served::start(folder.root(), &database.url));
    let crowd = Crowd::start_on(served.each_ref().map(Served::address).to_vec(), 6);
    crowd.goes_on(12).await;
    let over = Arc::<AtomicBool>::default();
    let crossing = tokio::spawn(cross(database.url.clone(), over.clone()));
    let operator = client(&database.url).await;
    let deadlocks = async || -> i64 {
        operator.query_one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", &[]).await.unwrap().get(0)
    };
    let enough = i64::try_from(2 * long()).unwrap();
    let come = async {
        while deadlocks().await < enough {
            crowd.goes_on(1).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, come).await.is_ok(), "the gateways never deadlock");
    over.store(true, Ordering::Relaxed);
    in_time("the other gives its rows back", crossing).await.unwrap();
    crowd.goes_on(12).await;
    let seen = crowd.stop().await;
    assert_eq!((seen.refused, seen.cut), (0, 0), "{} {}", served[0].log.so_far(), served[1].log.so_far());
    let verdict = judge(&served[0], &backend, &seen).await;
    println!("{verdict:?}, {} deadlocks, answers after at most {:?}", deadlocks().await, seen.slowest_answer);
    assert_eq!(verdict.interrupted, 0);
    drop(served);
    drop_database(&database.url).await;
}
